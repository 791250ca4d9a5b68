import type { Report } from '../report.ts';
import { describeEnding, type Ending, type RunningPart } from './running-part.ts';

/** Exit code of the service when it asks to be started anew (action `system`, operation restart). */
export const RESTART_ASKED = 75;

/** A restart that is asked for sooner than this after the last start is a failure like any other: it waits. */
const SOONEST_RESTART_MS = 2_000;
const FIRST_DELAY_MS = 250;
export const LONGEST_DELAY_MS = 10_000;
/** A part that stayed up this long is trusted again: its next delay is the first one. */
export const STEADY_MS = 30_000;

export interface SupervisorClock {
  now(): number;
  /** Resolves after `ms`, or as soon as `signal` is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface KeptPart {
  name: string;
  /** Resolves when the part is up for the first time; rejects when that first start fails. */
  start(): Promise<RunningPart>;
  stop(): Promise<void>;
  /** Ends it at once and keeps it down. */
  kill(): void;
}

/** Keeps one part running: when it dies it is started again, later each time that it dies soon. */
export function keepRunning(
  name: string,
  launch: (stopping: AbortSignal) => Promise<RunningPart>,
  tools: { clock: SupervisorClock; report: Report },
): KeptPart {
  const { clock, report } = tools;
  const stopping = new AbortController();
  let running: RunningPart | undefined;
  let launching: Promise<RunningPart> | undefined;
  let watching = Promise.resolve();

  async function up(): Promise<RunningPart> {
    launching = launch(stopping.signal);
    running = await launching.finally(() => (launching = undefined));
    return running;
  }

  async function watch(first: RunningPart): Promise<void> {
    let delayMs = FIRST_DELAY_MS;
    for (let part: RunningPart | undefined = first; ;) {
      const upSince = clock.now();
      const ending: Ending | undefined = await part?.ended;
      if (stopping.signal.aborted) return;
      const upForMs = clock.now() - upSince;
      if (upForMs >= STEADY_MS) delayMs = FIRST_DELAY_MS;
      if (ending?.code === RESTART_ASKED && upForMs >= SOONEST_RESTART_MS) {
        report.say(`${name} asked for a restart`, { part: name });
      } else {
        if (ending) report.warn(`${name} ${describeEnding(ending)}; starting it again`, { part: name, delayMs });
        await clock.wait(delayMs, stopping.signal);
        delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
      }
      if (stopping.signal.aborted) return;
      part = await restart();
    }
  }

  async function restart(): Promise<RunningPart | undefined> {
    const startedAt = clock.now();
    try {
      const part = await up();
      report.part(name, `${part.detail}, started again`, clock.now() - startedAt);
      return part;
    } catch (error) {
      running = undefined;
      if (!stopping.signal.aborted) report.warn(`${name} does not start: ${String(error)}`, { part: name });
      return undefined;
    }
  }

  return {
    name,
    async start() {
      const part = await up();
      watching = watch(part);
      return part;
    },
    async stop() {
      stopping.abort();
      await launching?.catch(() => undefined);
      await running?.stop();
      await watching;
    },
    kill() {
      stopping.abort();
      running?.kill();
    },
  };
}
