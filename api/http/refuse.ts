import type { Context } from 'hono';
import type { DomainError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Dialect, ErrorAnswer } from './dialect.ts';
import { rateLimitHeaders } from './rate-limit.ts';

const RETRY_UNAVAILABLE_S = 5;

/** A refusal in the dialect's own shape, or as `application/problem+json` where that is asked for (RFC 9457). */
export function refuse(c: Context, refusal: DomainError, dialect: Dialect, at: Instant): Response {
  const error = dialect.translate?.(refusal) ?? refusal;
  const answer = dialect.errors[error.code];
  for (const [name, value] of Object.entries(headersOf(error, answer))) c.header(name, value);
  if (!wantsProblem(c.req.header('accept'))) return c.json(dialect.renderError(error, answer, at), answer.status);
  const problem = {
    type: `urn:almanac:error:${error.code.toLowerCase()}`,
    title: answer.word,
    status: answer.status,
    detail: error.message,
    instance: c.req.path,
    code: error.code,
    ...error.details,
  };
  return c.body(JSON.stringify(problem), answer.status, { 'Content-Type': 'application/problem+json' });
}

function wantsProblem(accept: string | undefined): boolean {
  return accept !== undefined && accept.includes('application/problem+json');
}

/** What a client needs to know beside the body, from the error's own details. */
function headersOf(error: DomainError, answer: ErrorAnswer): Record<string, string> {
  const { allow, limit, retry_after_seconds: retryAfter } = error.details;
  const limited = error.code === 'RATE_LIMITED' && typeof limit === 'number' && typeof retryAfter === 'number';
  return {
    ...(limited ? rateLimitHeaders({ limit, remaining: 0, resetSeconds: retryAfter }) : {}),
    ...(error.code === 'UNAUTHENTICATED' ? { 'WWW-Authenticate': 'Bearer realm="almanac"' } : {}),
    ...(Array.isArray(allow) ? { Allow: allow.join(', ') } : {}),
    ...(typeof retryAfter === 'number' ? { 'Retry-After': String(retryAfter) } : {}),
    ...(answer.status === 503 ? { 'Retry-After': String(RETRY_UNAVAILABLE_S) } : {}),
  };
}
