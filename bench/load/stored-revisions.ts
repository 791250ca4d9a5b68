import { sql, type Db } from '../../db/connect.ts';

/** Beside the stored history: each job has changed some times while it went on, as the audit has it too. */
const REVISIONS = 10;
const HOURS_APART = 2;

export async function storeRevisions(db: Db): Promise<void> {
  const times = sql`generate_series(1, ${REVISIONS}::int) as n`;
  const at = sql`date_trunc('minute', now()) - (${REVISIONS} - n) * ${HOURS_APART} * interval '1 hour' - interval '1 day'`;
  await sql`delete from job_revision`.execute(db);
  await sql`
    insert into job_revision (job_id, revision, at, by, change, spec)
    select j.id, n, ${at}, 'bench', case n when 1 then 'created' else 'updated' end,
      jsonb_build_object('name', j.name, 'description', j.description, 'schedule', j.schedule, 'action', j.action,
        'policy', j.policy, 'variables', j.variables, 'tags', to_jsonb(j.tags), 'enabled', j.enabled, 'extra', j.extra,
        'pausedAt', null, 'specRevision', n)
    from job j, ${times}`.execute(db);
  await sql`
    insert into audit (at, actor, face, action, job_id, after, correlation_id)
    select ${at}, 'bench', j.face, case n when 1 then 'job.create' else 'job.update' end, j.id,
      jsonb_build_object('revision', n::text), 'bench'
    from ${times}, job j order by n`.execute(db);
  await sql`vacuum analyze job_revision, audit`.execute(db);
}
