import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Which jobs wait for which. A row keeps what its parent came to last since its child's last decided run, so that nobody
 * searches the ledger for it; these columns change at a parent's every end and are in no index. `has_children` spares
 * the ends of all other jobs from looking.
 */
const DEPENDENCIES = `
create table job_dependency (
  id uuid primary key,
  face text not null,
  child_id uuid not null references job (id) on delete cascade,
  parent_id uuid not null references job (id) on delete cascade,
  type text not null,
  created_at timestamptz not null default now(),
  end_state text,
  end_execution uuid,
  end_at timestamptz,
  unique (child_id, parent_id)
) with (fillfactor = 50);
create index job_dependency_parent on job_dependency (parent_id, child_id);
create index job_dependency_face on job_dependency (face, child_id);

-- What the job itself says of its parents: revisions, audit and exports go by it.
alter table job add column dependencies jsonb;
-- Stays true after the last child left: that costs its ends one look more, and no race.
alter table job_state add column has_children boolean not null default false;`;

export const dependencies: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(DEPENDENCIES).execute(db);
  },
};
