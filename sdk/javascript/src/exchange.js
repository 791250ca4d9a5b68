import {
  APIConnectionError,
  APIError,
  APITimeoutError,
  NotFoundError,
  UnexpectedAnswerError,
  errorClass,
} from './errors.js';
import { pause } from './pause.js';
import { isPassing, retryAfterMs, waitMs } from './retry-policy.js';

/**
 * One call with its retries. `call` is `{method, path, query, body, read, usualTimeoutMs}`, `options` the caller's
 * `{signal, timeoutMs, idempotencyKey}`; `giveUpAt` (on performance.now()) bounds all tries together.
 */
export async function exchange(settings, call, options = {}, giveUpAt = Infinity) {
  const request = requestOf(settings, call, options);
  const timeoutMs = options.timeoutMs ?? settings.timeoutMs ?? call.usualTimeoutMs;
  let mayHaveHappened = false;
  for (let retries = 0; ; retries += 1) {
    const left = Math.max(1, giveUpAt - performance.now());
    const { value, error } = await attempt(settings, call, request, Math.min(timeoutMs, left), options.signal);
    if (error === undefined) return value;
    // An earlier try, whose answer was lost, has done it.
    if (mayHaveHappened && call.method === 'DELETE' && error instanceof NotFoundError) return undefined;
    const isAnswer = error instanceof APIError;
    const isHopeful = !isAnswer || isPassing(error.status, error.code);
    const wait = isHopeful ? waitMs(settings.retry, retries, isAnswer ? error.retryAfterMs : null) : null;
    if (wait === null || performance.now() + wait >= giveUpAt) throw error;
    mayHaveHappened ||= !isAnswer || error.status >= 500;
    await pause(wait, options.signal);
  }
}

function requestOf(settings, call, options) {
  const url = new URL(settings.baseUrl + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
  }
  const headers = { Authorization: `Bearer ${settings.apiKey}`, Accept: 'application/json' };
  // One key for all tries, so that a try whose answer was lost is not done twice.
  if (call.method !== 'GET') headers['Idempotency-Key'] = options.idempotencyKey ?? newKey();
  if (call.body === undefined) return { url, headers };
  return { url, headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(call.body) };
}

/** One try: `{value}`, or the `{error}` to judge. Throws only what the caller brought about: his abort. */
async function attempt(settings, call, { url, ...request }, timeoutMs, signal) {
  signal?.throwIfAborted();
  const ending = new AbortController();
  const abort = () => ending.abort(signal.reason);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    ending.abort();
  }, timeoutMs);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const init = { ...request, method: call.method, redirect: 'manual', signal: ending.signal };
    const response = await settings.fetch(url, init);
    return answerOf(call, response, await response.text());
  } catch (cause) {
    signal?.throwIfAborted();
    const where = `${call.method} ${url}`;
    if (isLate) return { error: new APITimeoutError(`${where}: no answer within ${timeoutMs} ms.`, { cause }) };
    const why = cause?.cause?.message || cause?.message || String(cause);
    return { error: new APIConnectionError(`${where}: ${why}`, { cause }) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function answerOf(call, response, text) {
  const requestId = response.headers.get('x-request-id');
  if (!response.ok) return { error: problemOf(response, text, requestId) };
  try {
    return { value: call.read(text === '' ? null : JSON.parse(text), response.headers) };
  } catch (cause) {
    const message = `${call.method} ${call.path}: the answer is not what this API gives: is baseUrl right?`;
    const what = { status: response.status, code: 'UNEXPECTED_ANSWER', requestId, cause };
    return { error: new UnexpectedAnswerError(message, what) };
  }
}

/** `{"error": {"code", "message", "details"}}`; whatever else comes, from a proxy say, is told by its status. */
function problemOf(response, text, requestId) {
  const { status } = response;
  const problem = problemIn(text);
  const message = problem.message || `The service answered ${status} ${response.statusText}`.trimEnd();
  return new (errorClass(status))(message, {
    status,
    code: problem.code ?? `HTTP_${status}`,
    details: problem.details ?? {},
    requestId,
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
  });
}

function problemIn(text) {
  try {
    const problem = JSON.parse(text)?.error;
    return typeof problem === 'string' ? { message: problem } : (problem ?? {});
  } catch {
    return {};
  }
}

/** Node 18 has no global crypto, and browsers have randomUUID on secure pages alone; a key has to be new, not secret. */
function newKey() {
  const random = () => Math.random().toString(36).slice(2, 14);
  return globalThis.crypto?.randomUUID?.() ?? `${Date.now().toString(36)}-${random()}-${random()}`;
}
