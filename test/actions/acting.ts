import { act } from '../../activities/actions/index.ts';
import type { ActionContext } from '../../activities/actions/handler.ts';
import type { Deps } from '../../activities/deps.ts';
import { lookupFor } from '../../activities/lookup.ts';
import { Stop } from '../../activities/stop.ts';
import type { Db } from '../../db/connect.ts';
import { parseAction } from '../../domain/actions/index.ts';
import type { ActionResult } from '../../domain/execution.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { absent } from '../support/absent.ts';
import { testDeps } from '../support/deps.ts';

export const RUN = {
  executionId: '01970000-0000-7000-8000-000000000001',
  jobId: '01970000-0000-7000-8000-0000000000aa',
  jobName: 'Weekly Report',
  face: 'gateway',
  tags: ['daily'],
  dueAt: Date.UTC(2025, 2, 12, 9, 0, 0),
  trigger: 'manual',
  attempt: 1,
  correlationId: 'correlation-1',
} as const;

export interface Acted {
  readonly stop: Stop;
  readonly logs: { level: string; message: string }[];
  /** What it gave to `heartbeat`. */
  readonly progress: Json[];
  readonly result: Promise<ActionResult>;
}

/** Runs an action as a job would hand it over, in its documented form, against the parts of the world that are given. */
export function acting(
  input: unknown,
  world: Partial<Deps>,
  given: { parameters?: JsonObject; variables?: JsonObject; run?: Partial<ActionContext['run']>; progress?: Json } = {},
): Acted {
  const deps = testDeps(world.db ?? absent<Db>('database'), world);
  const { parameters = {}, variables = {} } = given;
  const run = { ...RUN, ...given.run };
  const stop = new Stop();
  const logs: Acted['logs'] = [];
  const progress: Json[] = [];
  const lookup = lookupFor(deps, run, parameters, variables);
  const log: ActionContext['log'] = (level, message) => logs.push({ level, message });
  const heartbeats = { heartbeat: (details: Json) => progress.push(details), progress: given.progress ?? null };
  const context = { deps, run, parameters, lookup, stop, timeoutMs: 60_000, log, ...heartbeats };
  const result = act(parseAction(input), context);
  // A test may look at the world first.
  result.catch(() => undefined);
  return { stop, logs, progress, result };
}

/** What a failed run is kept with; throws when it succeeded. */
export async function failureOf(acted: Acted): Promise<{ type: string; message: string; retryable: boolean }> {
  const failure = await acted.result.then(
    (result) => Promise.reject(new Error(`it succeeded: ${result.message}`)),
    (error: unknown) => error,
  );
  const { type, message, retryable } = failure as { type: string; message: string; retryable: boolean };
  return { type, message, retryable };
}
