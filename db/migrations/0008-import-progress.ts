import { sql, type Kysely, type Migration } from 'kysely';

/** How far an import is, and what became of it: asked for by its id while it goes on and after it. */
export const importProgress: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table bulk add column done integer not null default 0, add column told_at timestamptz,
      add column detail jsonb`.execute(db);
  },
};
