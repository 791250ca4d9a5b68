import type { Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { notifyExecutions } from '../events.ts';
import { sql, type Executor, type Tx } from '../connect.ts';
import { countEnds, FACE_SLOT } from './ends.ts';
import { insertScheduled } from './ledger-rows.ts';

/** The coming times of a job that someone asked to skip, ascending. */
export async function skippedTimes(db: Executor, jobId: string, after: Instant): Promise<Instant[]> {
  const { rows } = await sql<{ due_at: Instant }>`
    select due_at from execution where job_id = ${jobId} and due_at > ${new Date(after)} and nonce = 0
      and state = 'skipped' and reason = 'skip_next' order by due_at`.execute(db);
  return rows.map((row) => row.due_at);
}

/**
 * Ends a coming nominal time as skipped, now: the claim of that fire then finds its row standing and starts nothing.
 * False when the time has its row already. The caller holds the job's lock.
 */
export async function insertSkip(
  tx: Tx,
  job: Job,
  skip: { id: string; dueAt: Instant; now: Instant },
): Promise<boolean> {
  const { id, dueAt, now } = skip;
  const end = { jobId: job.id, face: job.face, state: 'skipped', dueAt } as const;
  const none = { claimedBy: null, workflowId: null, groupId: null };
  const row = { ...end, ...none, id, reason: 'skip_next', jobRevision: job.revision } as const;
  const written = await insertScheduled(tx, [row], 0);
  if (written.size === 0) return false;
  const unmeasured = { startedAt: null, durationMs: null, latenessMs: null, error: null };
  await countEnds(tx, [
    { ...end, ...unmeasured, executionId: id, reason: row.reason, kind: job.schedule.kind, endedAt: now },
  ]);
  await sql`
    with asked as (update face_rollup set asked_skips = asked_skips + 1
      where face = ${job.face} and kind = ${job.schedule.kind} and slot = ${FACE_SLOT}
        and hour = date_trunc('hour', ${new Date(dueAt)}::timestamptz, 'UTC'))
    update job_state set skipped_until = greatest(skipped_until, ${new Date(dueAt)}) where job_id = ${job.id}`.execute(
    tx,
  );
  await notifyExecutions(tx, 'ended', [{ id, dueAt }]);
  return true;
}

/**
 * Takes back what was to be skipped later than `after`: the schedule that named these times is no more, so that their
 * rows would stand for no fire. Counters and roll-ups too. The caller holds the job's lock.
 */
export async function withdrawSkips(tx: Tx, job: Job, after: Instant): Promise<void> {
  await sql`
    with gone as (
        delete from execution where job_id = ${job.id} and due_at > ${new Date(after)} and nonce = 0
          and state = 'skipped' and reason = 'skip_next' returning due_at),
      hours as (select date_trunc('hour', due_at, 'UTC') as hour, count(*) as fires from gone group by 1),
      of_job as (update job_rollup r set skipped = r.skipped - h.fires from hours h
        where r.job_id = ${job.id} and r.hour = h.hour),
      of_face as (insert into face_rollup as r (face, kind, hour, slot, skipped, asked_skips)
        select ${job.face}, ${job.schedule.kind}, hour, ${FACE_SLOT}, -fires, -fires from hours
        on conflict (face, kind, hour, slot) do update
          set skipped = r.skipped + excluded.skipped, asked_skips = r.asked_skips + excluded.asked_skips)
    update job_state s set skipped_until = null, skipped = s.skipped - (select count(*) from gone)
    where s.job_id = ${job.id} and s.skipped_until is not null`.execute(tx);
}
