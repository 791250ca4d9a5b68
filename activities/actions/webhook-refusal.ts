import type { WebhookResponse } from '../deps.ts';
import { ActionFailure } from './handler.ts';

/** Refusals that another attempt may turn (RFC 9110; RFC 8470; RFC 6585): timeout, too early, too many. */
const PASSING = new Set([408, 425, 429]);
/** A server may not put a run off for longer than this. */
const LONGEST_WAIT_MS = 86_400_000;

/** The failure that an answer means which is not 2xx, with the wait that it asks for. */
export function refusalOf(where: string, response: WebhookResponse, now: number): ActionFailure {
  const retryable = response.status >= 500 || PASSING.has(response.status);
  const retryAfterMs = retryable ? retryAfter(response.headers['retry-after'], now) : null;
  const said = response.body.slice(0, 500);
  return new ActionFailure('WebhookRefused', `${where} answered ${response.status}${said === '' ? '' : `: ${said}`}`, {
    retryable,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
}

/** `Retry-After` as seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfter(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(0, waitMs), LONGEST_WAIT_MS);
}
