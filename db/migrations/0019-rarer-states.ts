import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Leaves what succeeded out of the index of a job's states: nearly every fire does, each entry went to a page of its own,
 * and it cost a third of writing an outcome. What succeeded is found by the hours of the job's roll-up
 * (`queries/executions-read.ts`).
 */
const SCRIPT = `
drop index execution_job_state;
create index execution_job_state on execution (job_id, state, due_at desc)
  where state not in ('queued', 'waiting', 'running', 'succeeded');`;

export const rarerStates: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
