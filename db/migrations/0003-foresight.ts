import { sql, type Kysely, type Migration } from 'kysely';

/** Skipping the next fire, asking why, and what a machine has (gateway.txt, Get System Resource Usage). */
const SCRIPT = `
alter table job_state add column skipped_until timestamptz;
create index job_revision_at on job_revision (job_id, at desc, revision desc);
create index audit_job_change on audit (job_id, at desc) where job_id is not null and execution_id is null;
alter table instance add column memory_total_mb real not null default 0;`;

export const foresight: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
