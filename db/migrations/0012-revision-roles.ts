import { sql, type Kysely, type Migration } from 'kysely';

/**
 * With which roles a person made each revision; null: the service itself did. Who runs what needs `admin` looks here
 * again. Revisions from before were checked when they were made.
 */
export const revisionRoles: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table job_revision add column by_roles text[]`.execute(db);
    await sql`update job_revision set by_roles = '{admin}' where by <> 'almanac'`.execute(db);
  },
};
