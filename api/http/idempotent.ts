import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import {
  claimIdempotencyKey,
  releaseIdempotencyKey,
  storeIdempotentAnswer,
  type IdempotencyKey,
  type StoredAnswer,
} from '../../db/queries/idempotency.ts';
import { DomainError, invalid } from '../../domain/errors.ts';
import type { FaceEnv } from './face.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;
/** What of an answer's headers belongs to the answer and not to its transport. */
const KEPT_HEADERS = ['content-type', 'location', 'etag', 'link'];
const TEXT = /^(application\/([a-z0-9.+-]+\+)?json|text\/)/i;

/**
 * `Idempotency-Key` on POST: within 24 h the same request gets the stored answer; another request with the key, or one
 * while the first is under way, is refused (LIBRARIES section 5). What a later try may mend is not kept.
 */
export function idempotent(face: string) {
  return createMiddleware<FaceEnv>(async (c, next) => {
    const given = c.req.header('idempotency-key');
    if (given === undefined || c.req.method !== 'POST') return next();
    const { db } = c.var.verb;
    const key = { face, subject: subjectOf(c), key: idempotencyKey('Idempotency-Key', given) };
    const claim = await claimIdempotencyKey(db, key, await hashOf(c));
    if (claim.outcome === 'done') return replayed(claim.answer);
    if (claim.outcome !== 'new') throw idempotencyRefusal(claim.outcome, 'Idempotency-Key');
    await next();
    try {
      await keep(c, key);
    } catch (error) {
      c.var.log.warn({ error }, 'The answer of an Idempotency-Key could not be kept');
    }
    return undefined;
  });
}

function subjectOf(c: Context<FaceEnv>): string {
  return c.var.caller.subject;
}

async function hashOf(c: Context): Promise<string> {
  const hash = createHash('sha256').update(`${c.req.method} ${new URL(c.req.url).pathname}\n`);
  return hash.update(new Uint8Array(await c.req.arrayBuffer())).digest('base64url');
}

/** Whether an answer holds for the same request later too: a failure of ours (5xx) and haste (429) pass. */
export function isLasting(status: number): boolean {
  return status < 500 && status !== 429;
}

/** The key of a request, in the header that is named. Throws INVALID_INPUT. */
export function idempotencyKey(header: string, given: string): string {
  if (KEY.test(given)) return given;
  throw invalid('INVALID_INPUT', [{ path: header, message: 'must be 1 to 255 visible ASCII characters' }]);
}

export function idempotencyRefusal(outcome: 'in_flight' | 'mismatch', header: string): DomainError {
  return outcome === 'in_flight'
    ? new DomainError(
        'IDEMPOTENCY_IN_FLIGHT',
        `The first request with this ${header} is still under way: try again soon.`,
      )
    : new DomainError('IDEMPOTENCY_MISMATCH', `This ${header} was used for another request: take a new key for each.`);
}

function replayed({ status, headers, body }: StoredAnswer): Response {
  return new Response(body, { status, headers: { ...headers, 'Idempotency-Replayed': 'true' } });
}

async function keep(c: Context<FaceEnv>, key: IdempotencyKey): Promise<void> {
  const { db } = c.var.verb;
  const { status, headers } = c.res;
  const isText = TEXT.test(headers.get('content-type') ?? 'text/plain');
  if (!isLasting(status) || !isText) {
    await releaseIdempotencyKey(db, key);
    return;
  }
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  await storeIdempotentAnswer(db, key, { status, headers: Object.fromEntries(kept), body: await c.res.clone().text() });
}
