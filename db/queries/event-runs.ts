import { isGated } from '../../domain/dependencies.ts';
import type { Job } from '../../domain/job.ts';
import { cleanJson, type JsonObject } from '../../domain/json.ts';
import { runWorkflowId } from '../../domain/run.ts';
import type { EventSchedule } from '../../domain/schedules/event.ts';
import { databaseNow, sql, type Executor, type Tx } from '../connect.ts';
import { notifyExecutions } from '../events.ts';
import { lockJobs, readClaimStates, readJobs } from './claims.ts';
import { countEnds } from './ends.ts';

/** The jobs that messages fire now, whatever face they belong to. */
export async function eventJobs(db: Executor): Promise<{ id: string; schedule: EventSchedule }[]> {
  const { rows } = await sql<{ id: string; schedule: EventSchedule }>`
    select id, schedule from job
    where kind = 'event' and enabled and paused_at is null and deleted_at is null`.execute(db);
  return rows;
}

/** The same message heard within so long is the same event: every worker hears it, and brokers may send it again. */
const SAME_EVENT_MS = 2_000;

export interface EventRun {
  readonly executionId: string;
  /** Stands for topic and payload as they came: the same for the same message. Never 0, below 2^53. */
  readonly nonce: number;
  readonly parameters: JsonObject;
  /** How long before now this worker heard it. */
  readonly heardAgoMs: () => number;
}

/** Doubt about an instant of hearing that is let stand: far less than what parts two events. */
const LITTLE_DOUBT_MS = 250;
const MOST_LOOKS = 3;

/**
 * When a message was heard, by Postgres' clock, which all workers share. Their claims may lie seconds apart, since each
 * waits for its own turn, lock and connection. A slow answer leaves that in doubt, and is asked for again.
 */
async function instantsOf(tx: Tx, { heardAgoMs }: EventRun): Promise<{ heard: number; now: number }> {
  let best = { heard: Number.NaN, now: Number.NaN, doubtMs: Number.POSITIVE_INFINITY };
  for (let look = 0; look < MOST_LOOKS && best.doubtMs > LITTLE_DOUBT_MS; look += 1) {
    const before = heardAgoMs();
    const now = await databaseNow(tx);
    const after = heardAgoMs();
    const doubtMs = (after - before) / 2;
    if (doubtMs < best.doubtMs) best = { heard: Math.floor(now - (before + after) / 2), now, doubtMs };
  }
  return best;
}

/**
 * Claims a message for a job, once among all workers: records its run `queued`, or `skipped` where as many as allowed
 * are under way. Null when it is not to run: claimed before, too soon after the last one, or the job has changed. Its
 * nominal time is when it was heard, however late it is claimed.
 */
export async function claimEvent(
  tx: Tx,
  jobId: string,
  run: EventRun,
): Promise<{ job: Job; dueAt: number; queued: boolean } | null> {
  await lockJobs(tx, [jobId]);
  const claim = (await readClaimStates(tx, [jobId])).get(jobId);
  const [job] = await readJobs(tx, [jobId]);
  if (claim?.firing !== true || job?.schedule.kind !== 'event') return null;
  const { heard: dueAt, now } = await instantsOf(tx, run);
  const { nonce } = run;
  const pauseMs = (job.schedule.minIntervalSeconds ?? 0) * 1000;
  // On both sides: another worker may have claimed what came after this one.
  const within = (ms: number) => sql<boolean>`(due_at > ${new Date(dueAt - ms)} and due_at < ${new Date(dueAt + ms)})`;
  const { rows } = await sql`select 1 from execution where job_id = ${jobId} and trigger = 'event' and (
      (nonce = ${nonce} and ${within(SAME_EVENT_MS)}) or (state <> 'skipped' and ${within(pauseMs)}))
    and ${within(Math.max(SAME_EVENT_MS, pauseMs))} limit 1`.execute(tx);
  if (rows.length > 0) return null;
  const queued = claim.live < job.policy.maxConcurrent;
  await tx
    .insertInto('execution')
    .values({
      id: run.executionId,
      job_id: jobId,
      face: job.face,
      trigger: 'event',
      due_at: new Date(dueAt),
      nonce,
      state: queued ? (isGated(job) ? 'waiting' : 'queued') : 'skipped',
      reason: queued ? null : 'overlap',
      ended_at: queued ? null : new Date(now),
      parameters: JSON.stringify(cleanJson(run.parameters)),
      workflow_id: queued ? runWorkflowId({ jobId, trigger: 'event', dueAt, executionId: run.executionId }) : null,
      job_revision: job.revision,
    })
    .execute();
  if (!queued) {
    const none = { startedAt: null, durationMs: null, latenessMs: null, error: null };
    const end = {
      executionId: run.executionId,
      jobId,
      face: job.face,
      kind: job.schedule.kind,
      state: 'skipped',
      reason: 'overlap',
      dueAt,
      endedAt: now,
      ...none,
    } as const;
    await countEnds(tx, [end]);
    await notifyExecutions(tx, 'ended', [{ id: run.executionId, dueAt }]);
  }
  return { job, dueAt, queued };
}
