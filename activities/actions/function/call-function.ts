import { format } from 'node:util';
import type { FunctionAction } from '../../../domain/actions/function.ts';
import type { ActionResult, LogLine } from '../../../domain/execution.ts';
import type { FunctionContext, RunFunction } from '../../../domain/functions/function-context.ts';
import { tracebackOf } from '../../../domain/traceback.ts';
import { ActionFailure, type ActionContext } from '../handler.ts';
import { boundedJson, NotJson } from './bounded-json.ts';
import { resultOf } from './function-result.ts';

const MOST_PROGRESS_BYTES = 65_536;
/** A server or a function may not put a run off for longer than this. */
const LONGEST_WAIT_MS = 86_400_000;
/** How long a function that was asked to stop may take for it. */
const STOP_WITHIN_MS = 5_000;

/** Calls a user's function and judges what it returns or throws (docs/functions.md). */
export async function callFunction(
  run: RunFunction,
  action: FunctionAction,
  context: ActionContext,
): Promise<ActionResult> {
  const called = Promise.resolve()
    .then(() => run(contextOf(action, context)))
    .catch((error: unknown) => {
      throw failureOf(error);
    });
  const returned = await unlessDeaf(called, action.function, context);
  return resultOf(returned, action.function);
}

function contextOf(action: FunctionAction, context: ActionContext): FunctionContext {
  const { run, parameters, timeoutMs } = context;
  const { signal } = context.stop;
  const line =
    (level: LogLine['level']) =>
    (...parts: unknown[]) =>
      context.log(level, format(...parts));
  return {
    payload: structuredClone(action.payload),
    parameters: structuredClone(parameters),
    log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') },
    signal,
    heartbeat: (details) => context.heartbeat(boundedJson(details, 'The details of heartbeat()', MOST_PROGRESS_BYTES)),
    progress: context.progress,
    idempotencyKey: run.executionId,
    executionId: run.executionId,
    attempt: run.attempt,
    scheduledTime: new Date(run.dueAt),
    timeoutMs,
    job: { id: run.jobId, name: run.jobName, tags: [...run.tags] },
  };
}

/** Ends with the function; or, when it does not listen to its signal, some seconds after that. */
function unlessDeaf<T>(called: Promise<T>, key: string, { stop: { signal }, deps, run }: ActionContext): Promise<T> {
  return new Promise((resolve, reject) => {
    let patience: NodeJS.Timeout | undefined;
    const giveUp = () => {
      const fields = { function: key, executionId: run.executionId };
      deps.log.warn(fields, 'A function did not stop when it was asked to; it may still run until the worker restarts');
      reject(new Error(`The function ${key} did not stop.`));
    };
    const onAbort = () => {
      patience = setTimeout(giveUp, STOP_WITHIN_MS);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    called.then(resolve, reject).finally(() => {
      clearTimeout(patience);
      signal.removeEventListener('abort', onAbort);
    });
  });
}

function failureOf(thrown: unknown): ActionFailure {
  if (!(thrown instanceof Error)) return new ActionFailure('Error', String(thrown), { retryable: true });
  const { retryable, nonRetryable, retryAfterMs } = thrown as { [flag: string]: unknown } & Error;
  const type = thrown.name === 'Error' ? thrown.constructor.name : thrown.name;
  return new ActionFailure(type, thrown.message === '' ? type : thrown.message, {
    retryable: retryable !== false && nonRetryable !== true && !(thrown instanceof NotJson),
    ...(typeof retryAfterMs === 'number' && retryAfterMs >= 0
      ? { retryAfterMs: Math.min(retryAfterMs, LONGEST_WAIT_MS) }
      : {}),
    cause: thrown,
    traceback: tracebackOf(thrown),
  });
}
