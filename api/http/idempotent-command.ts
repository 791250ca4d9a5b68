import { createHash } from 'node:crypto';
import { claimIdempotencyKey, releaseIdempotencyKey, storeIdempotentAnswer } from '../../db/queries/idempotency.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Json } from '../../domain/json.ts';
import type { Log, VerbContext } from '../verbs/context.ts';
import { idempotencyKey, idempotencyRefusal, isLasting } from './idempotent.ts';

interface Keyed {
  readonly db: VerbContext['db'];
  readonly face: string;
  readonly subject: string;
  /** What the message names itself by; undefined: it may be done as often as it comes. */
  readonly key: { readonly name: string; readonly value: string | undefined };
  readonly command: string;
  readonly body: Json;
  readonly statusOf: (error: DomainError) => number;
  readonly log: Log;
}

/**
 * Does what a message asks once for its key, as `idempotent` does over HTTP, with the same store: within 24 h the same
 * message has the same answer, a refusal too. What a later try may mend is not kept.
 */
export async function onceForKey(keyed: Keyed, work: () => Promise<Json>): Promise<Json> {
  const { db, face, subject, log } = keyed;
  if (keyed.key.value === undefined) return work();
  const key = { face, subject, key: idempotencyKey(keyed.key.name, keyed.key.value) };
  const hash = createHash('sha256')
    .update(`NATS ${keyed.command}\n${JSON.stringify(keyed.body)}`)
    .digest('base64url');
  const claim = await claimIdempotencyKey(db, key, hash);
  if (claim.outcome === 'done') {
    log.info({ idempotencyReplayed: true }, 'A command came again: it has the answer that it had');
    return replayed(claim.answer.status, claim.answer.body);
  }
  if (claim.outcome !== 'new') throw idempotencyRefusal(claim.outcome, keyed.key.name);
  const keep = async (status: number, said: Json) => {
    const answer = { status, headers: {}, body: JSON.stringify(said) };
    const kept = isLasting(status) ? storeIdempotentAnswer(db, key, answer) : releaseIdempotencyKey(db, key);
    await kept.catch((error: unknown) => log.warn({ error }, 'The answer of an Idempotency-Key could not be kept'));
  };
  try {
    const said = await work();
    await keep(200, said);
    return said;
  } catch (error) {
    if (error instanceof DomainError) {
      const { code, message, details } = error;
      await keep(keyed.statusOf(error), { code, message, details: details as Json });
    } else await keep(500, null);
    throw error;
  }
}

function replayed(status: number, body: string): Json {
  const said = JSON.parse(body) as Json;
  if (status < 400) return said;
  const { code, message, details } = said as unknown as Pick<DomainError, 'code' | 'message' | 'details'>;
  throw new DomainError(code, message, details);
}
