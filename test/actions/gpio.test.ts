import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { relaysSchema } from '../../domain/relays.ts';
import { noBroker } from '../../worker/no-broker.ts';
import { openRelays } from '../../worker/relays/open-relays.ts';
import { pidsWithArgument, processIdentity } from '../../start/process/process-identity.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { acting, failureOf } from './acting.ts';

/** Whether a gpioset drives `$line`; one that has ended, and is not yet waited for by its parent, does not. */
const DRIVEN = `
driven() {
  case "$(ps -o stat= -p "$(cat "$CHIP/used-$line" 2>/dev/null || echo 0)" 2>/dev/null)" in ''|Z*) return 1 ;; esac
}`;

/**
 * No chip is at hand: the driver is tested on the commands it runs, with programs in place of gpiod 1.6 that keep to its
 * manual (a line is driven while gpioset lives, and busy for everyone else).
 */
const PROGRAMS = {
  gpioset: `
echo "gpioset $*" >> "$CHIP/calls"
for last; do :; done
line="\${last%%=*}"
if [ -e "$CHIP/broken" ]; then echo "gpioset: error setting the GPIO line values: No such device" >&2; exit 1; fi
if driven; then
  echo "gpioset: error setting the GPIO line values: Device or resource busy" >&2; exit 1
fi
trap 'echo 0 > "$CHIP/level-$line"; exit 0' TERM INT
echo "\${last##*=}" > "$CHIP/level-$line"
echo $$ > "$CHIP/used-$line"
while :; do sleep 0.02; done`,
  gpioget: `
echo "gpioget $*" >> "$CHIP/calls"
for last; do :; done
cat "$CHIP/level-$last" 2>/dev/null || echo 0`,
  gpioinfo: `
echo "$1 - 2 lines:"
for line in 7 17; do
  if driven && [ ! -e "$CHIP/mute" ]; then
    printf '\\tline %3d:      unnamed    "gpioset"  output  active-high [used]\\n' $line
  else
    printf '\\tline %3d:      unnamed       unused   input  active-high \\n' $line
  fi
done`,
};

let chip: string;
let home: string;
beforeEach(() => {
  chip = tempFolder('almanac-chip-');
  home = tempFolder('almanac-relay-');
  const before = process.env['PATH'] ?? '';
  for (const [name, script] of Object.entries(PROGRAMS)) {
    writeFileSync(join(chip, name), `#!/bin/sh\nCHIP='${chip}'${DRIVEN}${script}\n`);
    chmodSync(join(chip, name), 0o755);
  }
  process.env['PATH'] = `${chip}${delimiter}${before}`;
  onTestFinished(async () => {
    process.env['PATH'] = before;
    const pid = holder();
    if (pid === null || processIdentity(pid) === undefined) return;
    process.kill(pid, 'SIGTERM');
    await until('the line is released', () => processIdentity(pid) === undefined);
  });
});

const calls = () => readFileSync(join(chip, 'calls'), 'utf8').trim().split('\n');
const level = (line: number) => readFileSync(join(chip, `level-${line}`), 'utf8').trim();
const holderFile = () => join(home, 'relays/fan.gpio.json');
const holder = () => {
  return existsSync(holderFile()) ? (JSON.parse(readFileSync(holderFile(), 'utf8')) as { pid: number }).pid : null;
};

function world(config: object = {}) {
  const relays = relaysSchema.parse({ fan: { driver: 'gpio', line: 17, ...config } });
  return { relay: openRelays(relays, { mqtt: noBroker(), home, expirySeconds: 60 }) };
}

const output = (value: string, more: object = {}) => ({ type: 'output', relay: 'fan', value, ...more });

describe('a relay on a GPIO line [G-238..G-240]', () => {
  it('is held by a gpioset that stays, until the next change', async () => {
    const fan = world();
    const on = await acting(output('on'), fan).result;
    expect(on.data).toEqual({ relay: 'fan', state: 'on', confirmed: true });
    expect(calls()).toEqual(['gpioset --mode=signal gpiochip0 17=1']);
    await until('the line is high', () => level(17) === '1');
    const first = holder();
    await acting(output('off'), fan).result;
    expect(calls().at(-1)).toBe('gpioset --mode=signal gpiochip0 17=0');
    await until('the line is low', () => level(17) === '0');
    expect(processIdentity(first ?? 0)).toBeUndefined();
    expect(processIdentity(holder() ?? 0)).toBeDefined();
  });

  it('names chip, line and polarity as they are configured', async () => {
    await acting(output('on'), world({ chip: 'gpiochip4', line: 7, active_low: true })).result;
    expect(calls()).toEqual(['gpioset --mode=signal --active-low gpiochip4 7=1']);
  });

  it('is still known and held after the worker started anew', async () => {
    await acting(output('on'), world()).result;
    const pid = holder();
    const toggled = await acting(output('toggle'), world()).result;
    expect(toggled.message).toBe('fan is off');
    expect(processIdentity(pid ?? 0)).toBeUndefined();
  });

  it('reads a line that nobody drives with gpioget', async () => {
    writeFileSync(join(chip, 'level-17'), '1');
    const toggled = await acting(output('toggle'), world()).result;
    expect(toggled.message).toBe('fan is off');
    expect(calls()).toEqual(['gpioget gpiochip0 17', 'gpioset --mode=signal gpiochip0 17=0']);
  });

  it('says what gpioset said when the line is not to be had', async () => {
    writeFileSync(join(chip, 'broken'), '');
    const failure = await failureOf(acting(output('on'), world()));
    expect(failure).toMatchObject({ type: 'RelayFailed', retryable: true });
    expect(failure.message).toContain('No such device');
  });

  it('says what to install when there is no gpioset', async () => {
    process.env['PATH'] = tempFolder('almanac-empty-');
    const failure = await failureOf(acting(output('on'), world()));
    expect(failure).toMatchObject({ type: 'RelayFailed', retryable: false });
    expect(failure.message).toContain('install the package gpiod');
  });

  it('kills gpioset when it is cancelled before the line was taken', async () => {
    writeFileSync(join(chip, 'mute'), '');
    const acted = acting(output('on'), world());
    await until('gpioset runs', () => existsSync(join(chip, 'used-17')));
    acted.stop.abort(new Error('cancelled'));
    await expect(acted.result).rejects.toThrow();
    await until('it is gone', () => pidsWithArgument(join(chip, 'gpioset')).length === 0);
    expect(holder()).toBeNull();
  });
});
