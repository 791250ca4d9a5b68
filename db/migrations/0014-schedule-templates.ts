import { sql, type Kysely, type Migration } from 'kysely';

/** Every version of every template; deleted ones stay, so that a version's number is never used again. */
const SCRIPT = `
create table schedule_template (
  face text not null,
  name text not null,
  version integer not null,
  description text not null,
  definition jsonb not null,
  created_by text not null,
  created_at timestamptz not null,
  deleted_at timestamptz,
  primary key (face, name, version)
);`;

export const scheduleTemplates: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
