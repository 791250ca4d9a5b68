import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ActionFailure } from '../../activities/actions/handler.ts';
import type { RelayConfigOf, RelayState } from '../../domain/relays.ts';
import { endProcess } from '../../start/process/end-process.ts';
import { processIdentity } from '../../start/process/process-identity.ts';
import { writePrivate } from '../../start/private-file.ts';
import type { RelayDriver } from './relay-driver.ts';

/** Who drives a line now. It outlives this process, so that a restart does not let a relay fall. */
interface Holder {
  readonly pid: number;
  readonly identity: string;
  readonly state: RelayState;
}

const LOOK_EVERY_MS = 20;
const TAKEN_WITHIN_MS = 5_000;
const END_GRACE_MS = 2_000;
const run = promisify(execFile);

/**
 * A relay on a line of a GPIO chip, through the tools of Debian's gpiod 1.6. "It's wrong to run gpioset, have it exit and
 * expect the line to continue being driven" (gpioset --help): a `gpioset --mode=signal` stays and holds the line until
 * the next change. `holderFile` remembers it.
 */
export function gpioRelay(name: string, config: RelayConfigOf<'gpio'>, holderFile: string): RelayDriver {
  const { chip, line } = config;
  const polarity = config.active_low ? ['--active-low'] : [];

  function holder(): Holder | null {
    if (!existsSync(holderFile)) return null;
    const known = JSON.parse(readFileSync(holderFile, 'utf8')) as Holder;
    return processIdentity(known.pid) === known.identity ? known : null;
  }

  async function read(signal: AbortSignal): Promise<RelayState | null> {
    const held = holder();
    // A line that is driven is busy for everyone else, and stands as its driver was told.
    if (held !== null) return held.state;
    const { stdout } = await run('gpioget', [...polarity, chip, String(line)], { signal }).catch((error: unknown) => {
      throw failure(name, 'gpioget', error);
    });
    return stdout.trim() === '1' ? 'on' : 'off';
  }

  async function write(state: RelayState, _executionId: string, signal: AbortSignal): Promise<RelayState | null> {
    const before = holder();
    if (before?.state === state) return state;
    if (before !== null) await endProcess(before.pid, before.identity, END_GRACE_MS);
    rmSync(holderFile, { force: true });
    signal.throwIfAborted();
    const args = ['--mode=signal', ...polarity, chip, `${line}=${state === 'on' ? 1 : 0}`];
    const child = spawn('gpioset', args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      await taken(child, signal);
      const pid = child.pid ?? 0;
      mkdirSync(dirname(holderFile), { recursive: true });
      writePrivate(holderFile, JSON.stringify({ pid, identity: processIdentity(pid) ?? '', state } satisfies Holder));
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    child.unref();
    child.stderr?.destroy();
    return holder()?.state ?? null;
  }

  /** Resolves once the line is used as an output by gpioset; rejects with what the child said when it ended instead. */
  async function taken(child: ChildProcess, signal: AbortSignal): Promise<void> {
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    const ended = once(child, 'close').then(
      () => Promise.reject(failure(name, 'gpioset', new Error(said.trim() || `it ended with ${child.exitCode}`))),
      (error: unknown) => Promise.reject(failure(name, 'gpioset', error)),
    );
    const used = new RegExp(`^\\s*line\\s+${line}:.*"gpioset"\\s+output`, 'm');
    const giveUpAt = performance.now() + TAKEN_WITHIN_MS;
    async function looking(): Promise<void> {
      for (;;) {
        signal.throwIfAborted();
        const { stdout } = await run('gpioinfo', [chip], { signal }).catch((error: unknown) => {
          throw failure(name, 'gpioinfo', error);
        });
        if (used.test(stdout)) return;
        if (performance.now() > giveUpAt) throw failure(name, 'gpioset', new Error('the line was not taken'));
        await pause(LOOK_EVERY_MS, undefined, { signal });
      }
    }
    await Promise.race([looking(), ended]);
  }

  return { read, write };
}

function failure(relay: string, program: string, error: unknown): Error {
  if (error instanceof Error && error.name === 'AbortError') return error;
  const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
  const said = missing ? `there is no ${program} on PATH: install the package gpiod (1.6)` : (error as Error).message;
  return new ActionFailure('RelayFailed', `The relay "${relay}" could not be driven: ${said}`, { retryable: !missing });
}
