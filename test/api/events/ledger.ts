import { randomUUID } from 'node:crypto';
import { sql, type Db } from '../../../db/connect.ts';

/** A job in the ledger, as far as events tell of it. */
export async function insertJob(db: Db, name: string): Promise<string> {
  const id = randomUUID();
  await sql`insert into job (id, face, number, name, description, kind, schedule, action_type, action, policy, variables,
      tags, extra, enabled, revision, spec_revision, created_by, created_at, updated_by, updated_at)
    values (${id}, 'gateway', nextval('job_number_gateway'), ${name}, '', 'interval', '{}', 'log', '{}', '{}', '{}',
      '{}', '{}', true, 1, 1, 'test', now(), 'test', now())`.execute(db);
  return id;
}

/** Executions of a job, one a second before `dueAt`, in one statement. */
export async function insertExecutions(
  db: Db,
  jobId: string,
  options: { count: number; dueAt: number; state?: string; error?: object },
): Promise<{ id: string; dueAt: number }[]> {
  const refs = Array.from({ length: options.count }, (_, i) => ({ id: randomUUID(), dueAt: options.dueAt - i * 1000 }));
  const error = options.error === undefined ? null : JSON.stringify(options.error);
  await sql`insert into execution (id, job_id, face, trigger, due_at, nonce, state, error, job_revision)
    select id, ${jobId}, 'gateway', 'scheduled', to_timestamp(due / 1000.0), 0, ${options.state ?? 'succeeded'},
      ${error}::jsonb, 1
    from unnest(${refs.map((r) => r.id)}::uuid[], ${refs.map((r) => r.dueAt)}::float8[]) t (id, due)`.execute(db);
  return refs;
}
