import type { Execution } from '../../domain/execution.ts';
import { sql, type Db } from '../../db/connect.ts';
import type { ExecutionRow } from '../../db/schema.ts';
import { executionOf } from '../../db/queries/execution-row.ts';

/** A job's executions, the earliest nominal time first. */
export async function ledgerOf(db: Db, jobId: string): Promise<Execution[]> {
  const { rows } = await sql<ExecutionRow>`select * from execution where job_id = ${jobId} order by due_at, id`.execute(
    db,
  );
  return rows.map(executionOf);
}

export async function executionById(db: Db, id: string): Promise<Execution> {
  const { rows } = await sql<ExecutionRow>`select * from execution where id = ${id}`.execute(db);
  if (rows[0] === undefined) throw new Error(`There is no execution ${id}`);
  return executionOf(rows[0]);
}

/** The job's clock, or null when it has no seat. */
export async function clockOf(db: Db, jobId: string): Promise<string | null> {
  const row = await db.selectFrom('job_state').select('clock_id').where('job_id', '=', jobId).executeTakeFirst();
  return row?.clock_id ?? null;
}

export async function stateOf(db: Db, jobId: string) {
  return db.selectFrom('job_state').selectAll().where('job_id', '=', jobId).executeTakeFirstOrThrow();
}
