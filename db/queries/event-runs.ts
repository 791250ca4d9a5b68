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

/** The same message within so long is the same event: every worker hears it, and brokers may send it again. */
const SAME_EVENT_MS = 2_000;

export interface EventRun {
  readonly executionId: string;
  /** Stands for topic and payload as they came: the same for the same message. Never 0, below 2^53. */
  readonly nonce: number;
  readonly parameters: JsonObject;
}

/**
 * Claims a message for a job, once among all workers: records its run `queued`, or `skipped` where as many as allowed
 * are under way. Null when it is not to run: claimed before, too soon after the last one, or the job has changed.
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
  const now = await databaseNow(tx);
  const { nonce } = run;
  const pauseMs = (job.schedule.minIntervalSeconds ?? 0) * 1000;
  const { rows } = await sql`select 1 from execution where job_id = ${jobId} and trigger = 'event' and (
      (nonce = ${nonce} and due_at > ${new Date(now - SAME_EVENT_MS)})
      or (state <> 'skipped' and due_at > ${new Date(now - pauseMs)}))
    and due_at > ${new Date(now - Math.max(SAME_EVENT_MS, pauseMs))} limit 1`.execute(tx);
  if (rows.length > 0) return null;
  const dueAt = Math.floor(now);
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
      ended_at: queued ? null : new Date(dueAt),
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
      endedAt: dueAt,
      ...none,
    } as const;
    await countEnds(tx, [end]);
    await notifyExecutions(tx, 'ended', [{ id: run.executionId, dueAt }]);
  }
  return { job, dueAt, queued };
}
