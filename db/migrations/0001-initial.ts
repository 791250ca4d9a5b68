import { sql, type Kysely, type Migration } from 'kysely';

const FACES = ['gateway', 'console', 'commands', 'reviewer', 'tasks'];

/** Counters that a roll-up row and a job's state share. */
const COUNTERS = `
  succeeded bigint not null default 0,
  failed bigint not null default 0,
  timed_out bigint not null default 0,
  cancelled bigint not null default 0,
  skipped bigint not null default 0,
  missed bigint not null default 0,
  duration_total_ms bigint not null default 0`;

/** Jobs: what they are (rarely written) apart from their state (written at every fire, so small and HOT). */
const JOBS = `
create table job (
  id uuid primary key,
  face text not null,
  number bigint not null,
  name text not null,
  description text not null,
  kind text not null,
  schedule jsonb not null,
  action_type text not null,
  action jsonb not null,
  policy jsonb not null,
  variables jsonb not null,
  tags text[] not null,
  extra jsonb not null,
  enabled boolean not null,
  paused_at timestamptz,
  disabled_by text,
  disabled_reason text,
  disabled_by_bulk text,
  deleted_at timestamptz,
  revision integer not null,
  spec_revision integer not null,
  created_by text not null,
  created_at timestamptz not null,
  updated_by text not null,
  updated_at timestamptz not null
);
create unique index job_number on job (face, number);
create index job_listed on job (face, number) where deleted_at is null;
create index job_tags on job using gin (tags) where deleted_at is null;
create index job_bulk on job (disabled_by_bulk) where disabled_by_bulk is not null;
create index job_creator on job (face, created_by) where deleted_at is null;

create table clock (
  id text primary key,
  shared boolean not null,
  seats integer not null,
  dirty_since timestamptz,
  created_at timestamptz not null default now()
);
create index clock_free on clock (seats) where shared;
create index clock_dirty on clock (dirty_since) where dirty_since is not null;

create table job_state (
  job_id uuid primary key references job (id) on delete cascade,
  face text not null,
  clock_id text references clock (id),
  accounted_until timestamptz not null,
  verified_until timestamptz not null,
  next_due timestamptz,
  last_started_at timestamptz,
  last_ended_at timestamptz,
  last_duration_ms bigint,
  last_state text,
  last_error text,
  ${COUNTERS}
) with (fillfactor = 50);
create index job_state_clock on job_state (clock_id);

create table job_revision (
  job_id uuid not null references job (id) on delete cascade,
  revision integer not null,
  at timestamptz not null,
  by text not null,
  change text not null,
  spec jsonb not null,
  primary key (job_id, revision)
);`;

/** The ledger. Its key of uniqueness is (job, nominal time, nonce); scheduled fires have nonce 0. */
const EXECUTIONS = `
create table execution (
  id uuid not null,
  job_id uuid not null,
  face text not null,
  number bigint,
  trigger text not null,
  due_at timestamptz not null,
  nonce bigint not null,
  state text not null,
  reason text,
  attempt integer not null default 1,
  attempts jsonb,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  ended_at timestamptz,
  duration_ms bigint,
  result jsonb,
  error jsonb,
  logs jsonb,
  parameters jsonb,
  triggered_by text,
  group_id text,
  claimed_by text,
  lease_until timestamptz,
  worker_id text,
  workflow_id text,
  job_revision integer not null,
  primary key (id, due_at)
) partition by range (due_at);
create table execution_default partition of execution default;
create unique index execution_ledger on execution (job_id, due_at, nonce);
create index execution_live on execution (job_id, lease_until) where state in ('queued', 'waiting', 'running');
create index execution_job_state on execution (job_id, state, due_at desc)
  where state not in ('queued', 'waiting', 'running');
create index execution_face on execution (face, due_at desc, id desc);
create index execution_face_state on execution (face, state, due_at desc, id desc)
  where state not in ('queued', 'waiting', 'running');
create index execution_number on execution (face, number) where number is not null;
create index execution_group on execution (group_id) where group_id is not null;

create table job_rollup (
  job_id uuid not null references job (id) on delete cascade,
  hour timestamptz not null,
  ${COUNTERS},
  durations integer[] not null default '{}',
  primary key (job_id, hour)
) with (fillfactor = 50);

create table face_rollup (
  face text not null,
  kind text not null,
  hour timestamptz not null,
  ${COUNTERS},
  durations integer[] not null default '{}',
  lateness integer[] not null default '{}',
  primary key (face, kind, hour)
) with (fillfactor = 50);

-- Adds two histograms bucket by bucket, whatever their lengths: what makes percentiles mergeable.
create function merge_histogram(a integer[], b integer[]) returns integer[] language plpgsql immutable parallel safe as
$$ begin
  for i in 1 .. cardinality(b) loop a[i] := coalesce(a[i], 0) + b[i]; end loop;
  return a;
end $$;
create aggregate merge_histograms(integer[]) (sfunc = merge_histogram, stype = integer[], initcond = '{}');`;

const SERVICE = `
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  face text not null,
  action text not null,
  job_id uuid,
  execution_id uuid,
  before jsonb,
  after jsonb,
  reason text,
  correlation_id text not null
);
create index audit_job on audit (job_id, id desc) where job_id is not null;
create index audit_at on audit (at);

create table instance (
  id text primary key,
  slot integer not null,
  name text not null,
  host text not null,
  process_id integer not null,
  process_identity text not null,
  mode text not null,
  roles text[] not null,
  status text not null,
  version text not null,
  capacity integer not null default 0,
  load integer not null default 0,
  cpu_percent real not null default 0,
  cpu_peak_percent real not null default 0,
  memory_mb real not null default 0,
  started_at timestamptz not null default now(),
  last_heartbeat timestamptz not null default now(),
  stopped_at timestamptz
);
create unique index instance_slot on instance (slot) where stopped_at is null;

create table api_key (
  id uuid primary key,
  name text not null,
  hash bytea not null unique,
  prefix text not null,
  subject text not null,
  roles text[] not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);

create table idempotency (
  face text not null,
  subject text not null,
  key text not null,
  request_hash text not null,
  status integer,
  headers jsonb,
  body text,
  created_at timestamptz not null default now(),
  primary key (face, subject, key)
);
create index idempotency_age on idempotency (created_at);

create table rate_limit (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);`;

export const initial: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const script of [JOBS, EXECUTIONS, SERVICE]) await sql.raw(script).execute(db);
    for (const face of FACES) {
      await sql.raw(`create sequence job_number_${face}; create sequence execution_number_${face};`).execute(db);
    }
  },
};
