import { sql, type Kysely, type Migration } from 'kysely';

/** How far events were told to a broker, so that another process goes on from there. */
const SCRIPT = `
create table event_relay (
  name text primary key,
  mark text,
  updated_at timestamptz not null default clock_timestamp()
);`;

export const eventRelay: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
