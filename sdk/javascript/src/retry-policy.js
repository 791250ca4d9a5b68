/** Answers after which the same request may do better. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);
/** The first try with this Idempotency-Key is still at work: its answer will be ours. */
const IN_FLIGHT = 'IDEMPOTENCY_IN_FLIGHT';

/** Retries after the first try; waits double from `firstWaitMs` to `longestWaitMs`. */
export const USUAL_RETRIES = Object.freeze({
  maxRetries: 3,
  firstWaitMs: 500,
  longestWaitMs: 8_000,
  longestRetryAfterMs: 90_000,
});

/** Milliseconds until the next try; null when there is none. A `Retry-After` of the service is a least wait. */
export function waitMs(policy, retriesDone, retryAfterMs, chance = Math.random) {
  if (retriesDone >= policy.maxRetries) return null;
  if (retryAfterMs !== null && retryAfterMs > policy.longestRetryAfterMs) return null;
  const full = Math.min(policy.longestWaitMs, policy.firstWaitMs * 2 ** retriesDone);
  // Half of it is left to chance, so that clients that failed together do not come back together.
  return Math.max(full / 2 + (full / 2) * chance(), retryAfterMs ?? 0);
}

export function isPassing(status, code) {
  return PASSING.has(status) || (status === 409 && code === IN_FLIGHT);
}

/** `Retry-After` is a number of seconds or an HTTP date (RFC 9110); null where it is neither. */
export function retryAfterMs(header, nowMs) {
  if (header === null) return null;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
