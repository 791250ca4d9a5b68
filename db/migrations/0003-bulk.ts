import { sql, type Kysely, type Migration } from 'kysely';

/** Operations over all jobs of a face: what of them is still to be done survives every restart. */
const BULK = `
create table bulk (
  id text primary key,
  kind text not null,
  face text not null,
  started_by text not null,
  at timestamptz not null,
  sequential boolean not null default false,
  total integer not null default 0,
  started integer not null default 0,
  resume_at timestamptz,
  finished_at timestamptz
);
create index bulk_unfinished on bulk (at) where finished_at is null;`;

export const bulk: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(BULK).execute(db);
  },
};
