import { sql, type Executor } from '../connect.ts';

/** Whose key it is: keys of different faces and subjects never meet. */
export interface IdempotencyKey {
  readonly face: string;
  readonly subject: string;
  readonly key: string;
}

/** The answer that a key stands for. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Claim =
  | { readonly outcome: 'new' }
  | { readonly outcome: 'in_flight' }
  | { readonly outcome: 'mismatch' }
  | { readonly outcome: 'done'; readonly answer: StoredAnswer };

/** What is kept for 24 h may be asked for again (LIBRARIES section 5). */
const KEPT = sql`interval '24 hours'`;
/** Longer than any request lives: a process that died in the middle gives its key back. */
const LONGEST_REQUEST = sql`interval '5 minutes'`;

/**
 * Claims a key for a request in one statement; an outlived row, and one whose process died before it answered, is
 * taken over. `requestHash` stands for method, path and body.
 */
export async function claimIdempotencyKey(db: Executor, key: IdempotencyKey, requestHash: string): Promise<Claim> {
  const { rows } = await sql`
    insert into idempotency as i (face, subject, key, request_hash)
    values (${key.face}, ${key.subject}, ${key.key}, ${requestHash})
    on conflict (face, subject, key) do update
      set request_hash = excluded.request_hash, status = null, headers = null, body = null, created_at = now()
      where i.created_at < now() - ${KEPT} or (i.status is null and i.created_at < now() - ${LONGEST_REQUEST})
    returning 1`.execute(db);
  if (rows.length > 0) return { outcome: 'new' };
  const found = await where(db.selectFrom('idempotency').selectAll(), key).executeTakeFirst();
  // Given back between the two statements: the client's next try finds it free.
  if (found === undefined) return { outcome: 'in_flight' };
  if (found.request_hash !== requestHash) return { outcome: 'mismatch' };
  if (found.status === null) return { outcome: 'in_flight' };
  return { outcome: 'done', answer: { status: found.status, headers: found.headers ?? {}, body: found.body ?? '' } };
}

export async function storeIdempotentAnswer(db: Executor, key: IdempotencyKey, answer: StoredAnswer): Promise<void> {
  const { status, headers, body } = answer;
  await where(db.updateTable('idempotency').set({ status, headers: JSON.stringify(headers), body }), key).execute();
}

/** Gives a key back: its request failed in a way that a retry may mend. */
export async function releaseIdempotencyKey(db: Executor, key: IdempotencyKey): Promise<void> {
  await where(db.deleteFrom('idempotency'), key).execute();
}

/** Deletes what is older than 24 h, at most `limit` rows. Returns how many. */
export async function purgeIdempotencyKeys(db: Executor, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency where ctid in
      (select ctid from idempotency where created_at < now() - ${KEPT} limit ${limit})`.execute(db);
  return Number(numAffectedRows ?? 0);
}

interface Filterable<Q> {
  where(column: 'face' | 'subject' | 'key', operator: '=', value: string): Q;
}

function where<Q extends Filterable<Q>>(query: Q, key: IdempotencyKey): Q {
  return query.where('face', '=', key.face).where('subject', '=', key.subject).where('key', '=', key.key);
}
