import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Parts the hourly roll-ups of a face in slots, one for some of the connections each, as `job_tally` has them: with one
 * row for all, every claim that skips something and every flush of outcomes waited for all others' commits. A sum over
 * the slots is the count.
 */
const SCRIPT = `
alter table face_rollup add column slot integer not null default 0;
alter table face_rollup drop constraint face_rollup_pkey;
alter table face_rollup add primary key (face, kind, hour, slot);`;

export const faceRollupSlots: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
