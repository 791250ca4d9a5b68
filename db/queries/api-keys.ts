import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Executor, type Tx } from '../connect.ts';

/** An API key as it may be shown: never the key itself, which is stored only as its SHA-256 (DECISIONS section 2). */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The first characters, by which its owner knows it again. */
  readonly prefix: string;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant | null;
  readonly lastUsedAt: Instant | null;
  readonly revokedAt: Instant | null;
}

const COLUMNS = [
  'id',
  'name',
  'prefix',
  'subject',
  'roles',
  'created_by as createdBy',
  'created_at as createdAt',
  'expires_at as expiresAt',
  'last_used_at as lastUsedAt',
  'revoked_at as revokedAt',
] as const;

/** How often a key's last use is written down: not at every request. */
const USE_NOTED_EVERY = sql`interval '1 minute'`;

export async function insertApiKey(
  tx: Tx,
  key: Pick<ApiKey, 'id' | 'name' | 'prefix' | 'subject' | 'roles' | 'createdBy' | 'expiresAt'> & { hash: Buffer },
): Promise<ApiKey> {
  const row = {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    hash: key.hash,
    subject: key.subject,
    roles: [...key.roles],
    created_by: key.createdBy,
    expires_at: key.expiresAt === null ? null : new Date(key.expiresAt),
  };
  return tx.insertInto('api_key').values(row).returning(COLUMNS).executeTakeFirstOrThrow();
}

/** Newest first; revoked ones too, since they explain the past. */
export async function listApiKeys(db: Executor, page: { limit: number; offset: number }): Promise<ApiKey[]> {
  const query = db.selectFrom('api_key').select(COLUMNS).orderBy('created_at', 'desc').orderBy('id');
  return query.limit(page.limit).offset(page.offset).execute();
}

export async function countApiKeys(db: Executor): Promise<number> {
  const row = await db
    .selectFrom('api_key')
    .select(sql<number>`count(*)`.as('n'))
    .executeTakeFirstOrThrow();
  return row.n;
}

export async function findApiKey(db: Executor, hash: Buffer): Promise<ApiKey | undefined> {
  return db.selectFrom('api_key').select(COLUMNS).where('hash', '=', hash).executeTakeFirst();
}

/** Returns the key as it is now, and whether this call revoked it; undefined when there is none. */
export async function revokeApiKey(
  tx: Tx,
  id: string,
  at: Instant,
): Promise<{ key: ApiKey; revoked: boolean } | undefined> {
  const key = await tx.selectFrom('api_key').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
  if (key === undefined || key.revokedAt !== null) return key && { key, revoked: false };
  await tx
    .updateTable('api_key')
    .set({ revoked_at: new Date(at) })
    .where('id', '=', id)
    .execute();
  return { key: { ...key, revokedAt: at }, revoked: true };
}

/** Notes that a key was used, at most once a minute whatever the number of requests and processes. */
export async function noteApiKeyUse(db: Executor, id: string): Promise<void> {
  await sql`update api_key set last_used_at = now()
    where id = ${id} and (last_used_at is null or last_used_at < now() - ${USE_NOTED_EVERY})`.execute(db);
}
