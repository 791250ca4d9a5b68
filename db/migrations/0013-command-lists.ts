import { sql, type Kysely, type Migration } from 'kysely';

/** Lists of schedules by target and by type, in the order of the page. Neither column changes at a fire. */
const SCRIPT = `
create index job_target on job (face, (action ->> 'target_command'), number)
  where action_type = 'command' and deleted_at is null;
create index job_kind on job (face, kind, number) where deleted_at is null;`;

export const commandLists: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
