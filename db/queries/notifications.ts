import type { Face } from '../../domain/faces.ts';
import { sql, type Db, type Executor } from '../connect.ts';
import { CHANNEL, QUEUED } from '../events.ts';
import { arrayOf } from './array-of.ts';
import { addMetricCounts } from './metric-counts.ts';

/** A notification as it is queued: one for each receiver. */
export interface QueuedNotification {
  readonly id: string;
  readonly face: Face;
  readonly jobId: string;
  readonly executionId: string | null;
  readonly event: string;
  readonly destination: string;
  readonly topic: string;
  /** JSON text that Postgres can hold. */
  readonly body: string;
}

/** One that is to be delivered now; the same id at every try. */
export interface DueNotification extends Omit<QueuedNotification, 'face'> {
  /** This try, counted from 1. */
  readonly attempt: number;
  /** Since it was queued. */
  readonly ageMs: number;
}

/** Queues notifications in the transaction of what they tell of; its commit tells the workers that some wait. */
export async function insertNotifications(tx: Executor, rows: readonly QueuedNotification[]): Promise<void> {
  const texts = (valueOf: (row: QueuedNotification) => string) => arrayOf('text', rows.map(valueOf));
  const uuids = (valueOf: (row: QueuedNotification) => string | null) => arrayOf('uuid', rows.map(valueOf));
  await sql`with told as (select pg_notify(${CHANNEL}, ${QUEUED}))
    insert into notification (id, face, job_id, execution_id, event, destination, topic, body)
    select t.* from told, unnest(${uuids((r) => r.id)}, ${texts((r) => r.face)}, ${uuids((r) => r.jobId)},
      ${uuids((r) => r.executionId)}, ${texts((r) => r.event)}, ${texts((r) => r.destination)},
      ${texts((r) => r.topic)}, ${texts((r) => r.body)}) as t`.execute(tx);
}

/** Takes what is due for a destination, the longest due first: nobody else does until `leaseMs` are over. */
export async function claimNotifications(
  db: Executor,
  destination: string,
  { limit, leaseMs }: { limit: number; leaseMs: number },
): Promise<DueNotification[]> {
  const { rows } = await sql<DueNotification>`
    update notification n set attempts = attempts + 1, next_at = clock_timestamp() + ${leaseMs} * interval '1 ms'
    from (select id from notification where destination = ${destination} and state = 'pending'
      and next_at <= clock_timestamp() order by next_at limit ${limit} for update skip locked) due
    where n.id = due.id
    returning n.id, n.job_id as "jobId", n.execution_id as "executionId", n.event, n.destination, n.topic, n.body,
      n.attempts as attempt, (extract(epoch from clock_timestamp() - n.created_at) * 1000)::bigint as "ageMs"`.execute(
    db,
  );
  return rows.sort((a, b) => b.ageMs - a.ageMs || (a.id < b.id ? -1 : 1));
}

/** How long until the next notification of a destination is due; null when none waits. */
export async function nextNotificationIn(db: Executor, destination: string): Promise<number | null> {
  const { rows } = await sql<{ ms: number | null }>`
    select (extract(epoch from min(next_at) - clock_timestamp()) * 1000)::bigint as ms
    from notification where destination = ${destination} and state = 'pending'`.execute(db);
  const ms = rows[0]?.ms ?? null;
  return ms === null ? null : Math.max(0, ms);
}

/** The end of one: delivered, or given up with its reason. */
export async function endNotification(
  db: Executor,
  id: string,
  end: { state: 'delivered' | 'given_up'; error: string | null },
): Promise<void> {
  const { rows } =
    await sql`update notification set state = ${end.state}, error = ${end.error}, ended_at = clock_timestamp(),
    next_at = null where id = ${id} and state = 'pending' returning 1`.execute(db);
  if (end.state === 'given_up') await addMetricCounts(db, new Map([['notifications_given_up', rows.length]]));
}

/** It is tried again after `waitMs`. */
export async function putOffNotification(
  db: Executor,
  { id, attempt }: Pick<DueNotification, 'id' | 'attempt'>,
  { waitMs, error }: { waitMs: number; error: string },
): Promise<void> {
  await sql`update notification set error = ${error}, next_at = clock_timestamp() + ${waitMs} * interval '1 ms'
    where id = ${id} and state = 'pending' and attempts = ${attempt}`.execute(db);
}

/** Gives up what is older than `afterMs` and nobody tries: its receiver is not configured any more. Returns how many. */
export async function giveUpForgotten(db: Executor, afterMs: number, error: string): Promise<number> {
  const result = await sql`update notification set state = 'given_up', error = coalesce(error, ${error}),
    ended_at = clock_timestamp(), next_at = null
    where state = 'pending' and created_at < clock_timestamp() - ${afterMs} * interval '1 ms'
      and next_at < clock_timestamp()`.execute(db);
  const given = Number(result.numAffectedRows ?? 0n);
  await addMetricCounts(db, new Map([['notifications_given_up', given]]));
  return given;
}

/** Rows deleted in one statement. */
const BATCH = 5_000;

/** Deletes ended notifications that were queued before `before`, in bounded batches; returns how many. */
export async function purgeNotifications(db: Db, before: number, beat: () => void): Promise<number> {
  let purged = 0;
  for (;;) {
    const result = await sql`delete from notification where id in (select id from notification
      where created_at < ${new Date(before)} and state <> 'pending' order by created_at limit ${BATCH})`.execute(db);
    const count = Number(result.numAffectedRows ?? 0n);
    purged += count;
    beat();
    if (count < BATCH) return purged;
  }
}
