import type { Action } from '../../domain/actions/index.ts';
import { sql, type Executor } from '../connect.ts';

/**
 * Whether a run's action is the one that its job's revision holds, and whether the last person who made or changed the
 * job, up to that revision, was an admin. What the service changes itself (`by_roles` null) lends no authority.
 */
export async function mayActAsAdmin(
  db: Executor,
  run: { jobId: string; revision: number; action: Action },
): Promise<boolean> {
  const { rows } = await sql<{ same: boolean | null; admin: boolean | null }>`select
    (select spec -> 'action' = ${JSON.stringify(run.action)}::jsonb from job_revision
      where job_id = ${run.jobId} and revision = ${run.revision}) as same,
    (select by_roles && '{admin,super_admin}' from job_revision
      where job_id = ${run.jobId} and revision <= ${run.revision} and by_roles is not null
      order by revision desc limit 1) as admin`.execute(db);
  return rows[0]?.same === true && rows[0].admin === true;
}
