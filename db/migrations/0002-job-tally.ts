import { sql, type Kysely, type Migration } from 'kysely';

/**
 * How many jobs each face has, by kind: a list shows the totals of thousands of jobs without counting them. Kept by
 * triggers, so that nobody who writes jobs can forget it; each connection adds to a row of its own slot, so that
 * writers do not wait for one another, and a sum over the slots is the count.
 */
const TALLY = `
create table job_tally (
  face text not null,
  kind text not null,
  slot integer not null,
  total bigint not null,
  active bigint not null,
  primary key (face, kind, slot)
) with (fillfactor = 50);
insert into job_tally
  select face, kind, 0, count(*), count(*) filter (where enabled and paused_at is null)
  from job where deleted_at is null group by face, kind;`;

const SLOTS = 16;
const COMES =
  'select face, kind, 1 as total, (enabled and paused_at is null)::int as active from come where deleted_at is null';
const GOES =
  'select face, kind, -1 as total, -(enabled and paused_at is null)::int as active from gone where deleted_at is null';

/** One statement's changes of jobs, added up by face and kind; what leaves them as they are writes nothing. */
function trigger(event: 'insert' | 'update' | 'delete', tables: string, changes: string): string {
  return `
create function tally_job_${event}() returns trigger language plpgsql as $$ begin
  insert into job_tally as t (face, kind, slot, total, active)
    select face, kind, pg_backend_pid() % ${SLOTS}, sum(total), sum(active) from (${changes}) changes
    group by face, kind having sum(total) <> 0 or sum(active) <> 0 order by face, kind
  on conflict (face, kind, slot) do update set total = t.total + excluded.total, active = t.active + excluded.active;
  return null;
end $$;
create trigger job_tally_${event} after ${event} on job referencing ${tables}
  for each statement execute function tally_job_${event}();`;
}

export const jobTally: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(TALLY).execute(db);
    await sql.raw(trigger('insert', 'new table as come', COMES)).execute(db);
    await sql.raw(trigger('delete', 'old table as gone', GOES)).execute(db);
    const both = `${COMES} union all ${GOES}`;
    await sql.raw(trigger('update', 'old table as gone new table as come', both)).execute(db);
  },
};
