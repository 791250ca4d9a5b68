/*
 * What users' functions are written against: published as `almanac/functions`. It imports nothing, so that it reads the
 * same in every project.
 */

/** A JSON value. */
export type FunctionJson = null | boolean | number | string | readonly FunctionJson[] | FunctionJsonObject;
export interface FunctionJsonObject {
  readonly [key: string]: FunctionJson;
}

/** Lines that are kept with the execution and can be read while it runs; formatted as `console.log` formats them. */
export interface FunctionLog {
  debug(...parts: unknown[]): void;
  info(...parts: unknown[]): void;
  warn(...parts: unknown[]): void;
  error(...parts: unknown[]): void;
}

/** What a function is given. `P`: its payload, as its jobs write it. */
export interface FunctionContext<P = FunctionJson> {
  /** The job's payload, as it was given. */
  readonly payload: P;
  /** Of a run by hand, a backfill or an event; else empty. */
  readonly parameters: FunctionJsonObject;
  readonly log: FunctionLog;
  /**
   * Aborts when the run is cancelled, when it runs past its timeout, and when the worker stops: end what you do, and
   * throw. Hand it on: `fetch(url, { signal })`. A function that does not stop within 5 s is left alone.
   */
  readonly signal: AbortSignal;
  /** Keeps where the work stands, at most 64 kB of JSON: the next attempt finds it as `progress`. */
  heartbeat(details?: FunctionJson): void;
  /** What the attempt before, or a lost worker, last gave to `heartbeat`; null: nothing. */
  readonly progress: FunctionJson;
  /** The same for every attempt of an execution: hand it to whatever must not be done twice. */
  readonly idempotencyKey: string;
  readonly executionId: string;
  /** From 1. */
  readonly attempt: number;
  /** When the run was due. */
  readonly scheduledTime: Date;
  /** The longest that this attempt may take. */
  readonly timeoutMs: number;
  readonly job: { readonly id: string; readonly name: string; readonly tags: readonly string[] };
}

/**
 * A function: a file of `FUNCTIONS_DIR` exports it as `run`, or as its default. What it returns is the execution's
 * result: JSON of at most 1 MB. A text, or the text under `summary`, is shown as the sentence about the run.
 * An error thrown with `retryable: false` is not tried again; one with `retryAfterMs` is tried again after that time.
 */
export type RunFunction<P = FunctionJson> = (context: FunctionContext<P>) => unknown;
