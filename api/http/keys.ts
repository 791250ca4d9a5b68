import { inTransaction } from '../../db/connect.ts';
import { insertApiKey, revokeApiKey, type ApiKey } from '../../db/queries/api-keys.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { DomainError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { Actor, Role, VerbContext } from '../verbs/context.ts';
import { newApiKey } from './api-key.ts';
import { demandRole } from './roles.ts';

/** What is asked of a new key. */
export interface KeyRequest {
  readonly name: string;
  /** Whom its requests are counted and audited as. */
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly expiresAt: Instant | null;
}

type KeyContext = Pick<VerbContext, 'db' | 'ids' | 'actor' | 'now'>;

/** Makes a key and shows it this once. Nobody gives a role that is above his own: throws FORBIDDEN. */
export async function makeKey(ctx: KeyContext, request: KeyRequest): Promise<{ key: string; stored: ApiKey }> {
  for (const role of request.roles) demandRole(ctx.actor, role);
  const { key, hash, prefix } = newApiKey();
  const stored = await inTransaction(ctx.db, async (tx) => {
    const made = await insertApiKey(tx, { ...request, id: ctx.ids.next(), hash, prefix, createdBy: ctx.actor.subject });
    await writeAudit(tx, entry(ctx.actor, 'key.create', null, made));
    return made;
  });
  return { key, stored };
}

/** Revokes a key for good, at once, everywhere; again is no error. Throws NOT_FOUND. */
export async function revokeKey(ctx: KeyContext, id: string): Promise<ApiKey> {
  const revoked = await inTransaction(ctx.db, async (tx) => {
    const found = await revokeApiKey(tx, id, ctx.now());
    if (found?.revoked === true)
      await writeAudit(tx, entry(ctx.actor, 'key.revoke', { ...found.key, revokedAt: null }, found.key));
    return found;
  });
  if (revoked === undefined)
    throw new DomainError('NOT_FOUND', `There is no API key ${id}: GET /api/v1/keys lists them.`);
  return revoked.key;
}

function entry(actor: Actor, action: string, before: ApiKey | null, after: ApiKey) {
  const whom = { actor: actor.subject, face: 'service', correlationId: actor.correlationId } as const;
  return { ...whom, action, jobId: null, executionId: null, before, after, reason: null };
}
