import { beforeEach, expect, test } from 'vitest';
import type { Ending, RunningPart } from '../../start/process/running-part.ts';
import { keepRunning, LONGEST_DELAY_MS, RESTART_ASKED, STEADY_MS } from '../../start/process/supervisor.ts';
import { humanReport } from '../../start/report.ts';
import { until } from '../support/until.ts';

const CRASH: Ending = { code: 1, signal: null };

let now: number;
let waits: number[];
let lines: string[];
let launches: FakePart[];

/** A clock that moves only when the supervisor waits or the test says so. */
const clock = {
  now: () => now,
  wait: async (ms: number) => {
    waits.push(ms);
    now += ms;
  },
};

class FakePart implements RunningPart {
  readonly pid = 1;
  readonly detail = 'here';
  readonly ended: Promise<Ending>;
  signals: string[] = [];
  end: (ending: Ending) => void = () => {};
  constructor() {
    this.ended = new Promise((resolve) => (this.end = resolve));
  }
  async stop() {
    this.signals.push('stop');
    this.end({ code: 0, signal: null });
  }
  kill() {
    this.signals.push('kill');
    this.end({ code: null, signal: 'SIGKILL' });
  }
}

beforeEach(() => {
  now = 0;
  waits = [];
  lines = [];
  launches = [];
});

function keep(launch: () => Promise<RunningPart> = launched) {
  return keepRunning('service', launch, { clock, report: humanReport((line) => lines.push(line)) });
}

async function launched(): Promise<FakePart> {
  const part = new FakePart();
  launches.push(part);
  return part;
}

async function dies(ending: Ending, upForMs: number): Promise<void> {
  const count = launches.length;
  now += upForMs;
  launches.at(-1)?.end(ending);
  await until('it is launched again', () => launches.length > count);
}

test('a part that keeps dying is started later each time, at most 10 s later', async () => {
  const kept = keep();
  await kept.start();
  for (let deaths = 0; deaths < 8; deaths++) await dies(CRASH, 10);
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, LONGEST_DELAY_MS, LONGEST_DELAY_MS]);
  expect(lines[0]).toContain('service ended with code 1; starting it again');
  await kept.stop();
});

test('a part that stayed up for 30 s is started soon again', async () => {
  const kept = keep();
  await kept.start();
  await dies(CRASH, 10);
  await dies(CRASH, 10);
  await dies(CRASH, STEADY_MS);
  expect(waits).toEqual([250, 500, 250]);
  await kept.stop();
});

test('a restart that was asked for comes at once', async () => {
  const kept = keep();
  await kept.start();
  await dies({ code: RESTART_ASKED, signal: null }, 5_000);
  expect(waits).toEqual([]);
  expect(lines[0]).toContain('asked for a restart');
  await kept.stop();
});

test('a part that asks for restart after restart waits like one that dies', async () => {
  const kept = keep();
  await kept.start();
  for (let asked = 0; asked < 3; asked++) await dies({ code: RESTART_ASKED, signal: null }, 100);
  expect(waits).toEqual([250, 500, 1000]);
  await kept.stop();
});

test('a later start that fails is tried again, with its reason', async () => {
  let tries = 0;
  const kept = keep(async () => {
    tries += 1;
    if (tries === 2 || tries === 3) throw new Error('no room');
    return launched();
  });
  await kept.start();
  await dies(CRASH, 10);
  expect(waits).toEqual([250, 500, 1000]);
  expect(lines.filter((line) => line.includes('service does not start: Error: no room'))).toHaveLength(2);
  await kept.stop();
});

test('a first start that fails is the caller’s to tell', async () => {
  const kept = keep(() => Promise.reject(new Error('no room')));
  await expect(kept.start()).rejects.toThrow('no room');
  expect(lines).toEqual([]);
});

test('a stopped part is stopped in order and not started again', async () => {
  const kept = keep();
  await kept.start();
  await kept.stop();
  expect(launches.map((part) => part.signals)).toEqual([['stop']]);
  expect(waits).toEqual([]);
});

test('a part that is killed is not started again', async () => {
  const kept = keep();
  await kept.start();
  kept.kill();
  await kept.stop();
  expect(launches).toHaveLength(1);
  expect(launches[0]?.signals[0]).toBe('kill');
});

test('a stop while a part is being started calls that start off', async () => {
  const kept = keepRunning(
    'service',
    (stopping) => new Promise((_, reject) => stopping.addEventListener('abort', () => reject(new Error('called off')))),
    { clock, report: humanReport((line) => lines.push(line)) },
  );
  const starting = kept.start();
  await Promise.all([expect(starting).rejects.toThrow('called off'), kept.stop()]);
});
