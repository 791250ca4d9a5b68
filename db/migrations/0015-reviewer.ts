import { sql, type Kysely, type Migration } from 'kysely';

/** Lists of reviews by their trend. Reviews alone have one, and it is written once, when they end. */
const SCRIPT = `
create index execution_trend on execution (job_id, (result #>> '{data,comparison,trend}'), due_at desc, id desc)
  where face = 'reviewer' and state = 'succeeded';`;

export const reviewer: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
