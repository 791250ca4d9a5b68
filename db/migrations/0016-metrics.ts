import { sql, type Kysely, type Migration } from 'kysely';

const COUNTERS = ['succeeded', 'failed', 'timed_out', 'cancelled', 'skipped', 'missed', 'duration_total_ms'];
const SUMMED = [...COUNTERS, 'asked_skips'];
const COLUMNS = SUMMED.map((name) => `${name} bigint not null default 0`).join(', ');

/**
 * What /metrics tells without a scan. Hours that are over are added up once (`execution_total`); what still changes in
 * them afterwards is written down beside (`execution_total_late`), so that nothing is counted twice or not at all.
 */
const TOTALS = `
alter table face_rollup add column asked_skips bigint not null default 0;
update face_rollup r set asked_skips = least(r.skipped, a.fires)
  from (select e.face, j.kind, date_trunc('hour', e.due_at, 'UTC') as hour, count(*) as fires
    from execution e join job j on j.id = e.job_id where e.state = 'skipped' and e.reason = 'skip_next' group by 1, 2, 3) a
  where r.face = a.face and r.kind = a.kind and r.hour = a.hour;
create index face_rollup_hour on face_rollup (hour);

create table execution_total (
  kind text primary key, ${COLUMNS}, durations bigint[] not null default '{}', lateness bigint[] not null default '{}'
);
create table execution_total_until (hour timestamptz not null);
insert into execution_total_until values ('-infinity');
create table execution_total_late (
  id bigint generated always as identity primary key,
  kind text not null, hour timestamptz not null, ${COLUMNS}, durations bigint[] not null, lateness bigint[] not null
);

create function add_counts(a bigint[], b bigint[]) returns bigint[] language plpgsql immutable parallel safe as
$$ begin
  for i in 1 .. cardinality(b) loop a[i] := coalesce(a[i], 0) + b[i]; end loop;
  return a;
end $$;
create aggregate sum_counts(bigint[]) (sfunc = add_counts, stype = bigint[], initcond = '{}');`;

/** Fires for hours only that are about to be added up, or were: a fire that happens now costs one comparison an hour. */
const LATE = `
create function note_late_ends() returns trigger language plpgsql as $$
declare
  was face_rollup;
begin
  if tg_op = 'UPDATE' then was := old; end if;
  insert into execution_total_late (kind, hour, ${SUMMED.join(', ')}, durations, lateness) values (new.kind, new.hour,
    ${SUMMED.map((name) => `new.${name} - coalesce(was.${name}, 0)`).join(', ')},
    add_counts(new.durations::bigint[], array(select -n from unnest(was.durations) with ordinality as t (n, i) order by i)),
    add_counts(new.lateness::bigint[], array(select -n from unnest(was.lateness) with ordinality as t (n, i) order by i)));
  return null;
end $$;
create trigger face_rollup_late after insert or update on face_rollup
  for each row when (new.hour < clock_timestamp() - interval '2 hours') execute function note_late_ends();`;

/** What must survive restarts and is no end of an execution: few names, written seldom. */
const COUNTS = `
create table metric_count (name text primary key, value bigint not null);
create table housekeeping_round (
  one boolean primary key default true check (one),
  ended_at timestamptz not null,
  duration_ms bigint not null,
  failed boolean not null
);
create table completed_jobs (kind text primary key, jobs bigint not null);`;

/** The tally of jobs learns which of them are paused. Written where jobs are, not where they fire. */
const COMES = `select face, kind, 1 as total, (enabled and paused_at is null)::int as active,
  (enabled and paused_at is not null)::int as paused from come where deleted_at is null`;
const GOES = `select face, kind, -1 as total, -(enabled and paused_at is null)::int as active,
  -(enabled and paused_at is not null)::int as paused from gone where deleted_at is null`;

function tallyFunction(event: 'insert' | 'update' | 'delete', changes: string): string {
  return `
create or replace function tally_job_${event}() returns trigger language plpgsql as $$ begin
  insert into job_tally as t (face, kind, slot, total, active, paused)
    select face, kind, pg_backend_pid() % 16, sum(total), sum(active), sum(paused) from (${changes}) changes
    group by face, kind having sum(total) <> 0 or sum(active) <> 0 or sum(paused) <> 0 order by face, kind
  on conflict (face, kind, slot) do update set total = t.total + excluded.total, active = t.active + excluded.active,
    paused = t.paused + excluded.paused;
  return null;
end $$;`;
}

const PAUSED = `
lock table job in share row exclusive mode;
alter table job_tally add column paused bigint not null default 0;
insert into job_tally as t (face, kind, slot, total, active, paused)
  select face, kind, 0, 0, 0, count(*) from job
  where deleted_at is null and enabled and paused_at is not null group by face, kind
on conflict (face, kind, slot) do update set paused = t.paused + excluded.paused;`;

export const metrics: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const script of [TOTALS, LATE, COUNTS, PAUSED]) await sql.raw(script).execute(db);
    await sql.raw(tallyFunction('insert', COMES)).execute(db);
    await sql.raw(tallyFunction('delete', GOES)).execute(db);
    await sql.raw(tallyFunction('update', `${COMES} union all ${GOES}`)).execute(db);
  },
};
