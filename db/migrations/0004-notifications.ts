import { sql, type Kysely, type Migration } from 'kysely';

/**
 * What is on its way to receivers, and what was announced lately. Notices are unlogged: a courtesy of an hour, told
 * again to those who lost their connection; after a crash of Postgres a resume says that something may be missing.
 */
const SCRIPT = `
create table notification (
  id uuid primary key,
  face text not null,
  job_id uuid not null,
  execution_id uuid,
  event text not null,
  destination text not null,
  topic text not null,
  body text not null,
  state text not null default 'pending',
  attempts integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  next_at timestamptz default clock_timestamp(),
  ended_at timestamptz,
  error text
);
create index notification_due on notification (destination, next_at) where state = 'pending';
create index notification_open on notification (created_at) where state = 'pending';
create index notification_face on notification (face, created_at desc, id desc);
create index notification_face_state on notification (face, state, created_at desc, id desc)
  where state <> 'delivered';
create index notification_job on notification (job_id, created_at desc, id desc);
create index notification_execution on notification (execution_id) where execution_id is not null;
create index notification_age on notification (created_at);

create sequence notice_seq;
create unlogged table notice (
  seq bigint primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  subjects uuid[] not null,
  due_from timestamptz,
  due_to timestamptz,
  change text
);
create index notice_at on notice (at);`;

export const notifications: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(SCRIPT).execute(db);
  },
};
