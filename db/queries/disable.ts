import type { DisabledBy, Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import { sql, type Tx } from '../connect.ts';
import { notifyJob } from '../events.ts';
import { jobOf } from './job-row.ts';
import type { JobRow } from '../schema.ts';
import { leaveSeat } from './seats.ts';

/**
 * Disables a job on the service's own account (`stop_on_error`, a schedule that can't be computed), with its reason,
 * revision and audit in the caller's transaction, which holds the job's lock and has accounted its schedule.
 * Returns the clock that must be poked, or null when the job was disabled already or had none.
 */
export async function disableByService(
  tx: Tx,
  job: Job,
  disabling: { disabledBy: DisabledBy; reason: string; at: Instant; correlationId: string },
): Promise<string | null> {
  const by = 'almanac';
  const { rows } = await sql<JobRow>`
    update job set enabled = false, disabled_by = ${disabling.disabledBy}, disabled_reason = ${disabling.reason},
      revision = revision + 1, spec_revision = spec_revision + 1, updated_by = ${by}, updated_at = ${new Date(disabling.at)}
    where id = ${job.id} and enabled and deleted_at is null returning *`.execute(tx);
  const row = rows[0];
  if (row === undefined) return null;
  const disabled = jobOf(row);
  await tx
    .insertInto('job_revision')
    .values({
      job_id: job.id,
      revision: disabled.revision,
      at: new Date(disabling.at),
      by,
      change: `disabled: ${disabling.reason}`,
      spec: JSON.stringify(disabled),
    })
    .execute();
  await tx
    .insertInto('audit')
    .values({
      actor: by,
      face: job.face,
      action: 'job.disable',
      job_id: job.id,
      execution_id: null,
      before: JSON.stringify({ enabled: true }),
      after: JSON.stringify({ enabled: false, disabledBy: disabling.disabledBy }),
      reason: disabling.reason,
      correlation_id: disabling.correlationId,
    })
    .execute();
  await notifyJob(tx, job.id, 'disabled');
  return leaveSeat(tx, job.id);
}
