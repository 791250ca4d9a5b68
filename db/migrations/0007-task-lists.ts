import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Lists of jobs by phase and by priority: each filter walks an index in the order of the page. No column here changes
 * at a fire; a seat is left once in a job's life.
 */
const SCRIPT = `
create index job_priority on job (face, ((policy ->> 'priority')::int), number) where deleted_at is null;
create index job_paused on job (face, id) where enabled and paused_at is not null and deleted_at is null;
create index job_disabled on job (face, id) where not enabled and deleted_at is null;
create index job_on_demand on job (face, id) where kind in ('none', 'event') and deleted_at is null;
create index job_state_seated on job_state (face, job_id) where clock_id is not null;
create index job_state_unseated on job_state (face, job_id) where clock_id is null;`;

export const taskLists: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
