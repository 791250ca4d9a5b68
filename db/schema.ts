import type { ColumnType, Generated, Insertable, Selectable } from 'kysely';

/** Times travel as milliseconds since the epoch: `db/connect.ts` parses timestamptz so, and writes ISO text. */
type Time = ColumnType<number, Date, Date>;
/** A time that the database fills in when none is given. */
type GeneratedTime = ColumnType<number, Date | undefined, Date>;
type NullableTime = ColumnType<number | null, Date | null | undefined, Date | null>;
/** Read as the JSON value, written as JSON text. */
type Jsonb<T = unknown> = ColumnType<T, string, string>;
type NullableJsonb<T = unknown> = ColumnType<T | null, string | null | undefined, string | null>;

interface Counters {
  succeeded: Generated<number>;
  failed: Generated<number>;
  timed_out: Generated<number>;
  cancelled: Generated<number>;
  skipped: Generated<number>;
  missed: Generated<number>;
  duration_total_ms: Generated<number>;
}

export interface JobTable {
  id: string;
  face: string;
  number: number;
  name: string;
  description: string;
  kind: string;
  schedule: Jsonb;
  action_type: string;
  action: Jsonb;
  policy: Jsonb;
  variables: Jsonb;
  tags: string[];
  extra: Jsonb;
  /** Null: it waits for no other job. */
  dependencies: NullableJsonb;
  enabled: boolean;
  paused_at: NullableTime;
  disabled_by: string | null;
  disabled_reason: string | null;
  disabled_by_bulk: string | null;
  deleted_at: NullableTime;
  revision: number;
  spec_revision: number;
  created_by: string;
  created_at: Time;
  updated_by: string;
  updated_at: Time;
}

export interface ClockTable {
  id: string;
  shared: boolean;
  seats: number;
  dirty_since: NullableTime;
  created_at: GeneratedTime;
}

export interface JobStateTable extends Counters {
  job_id: string;
  face: string;
  clock_id: string | null;
  accounted_until: Time;
  verified_until: Time;
  next_due: NullableTime;
  /** The last coming time that someone asked to skip. */
  skipped_until: NullableTime;
  /** Whether other jobs wait for it; may stay true after the last of them left. */
  has_children: Generated<boolean>;
  last_started_at: NullableTime;
  last_ended_at: NullableTime;
  last_duration_ms: number | null;
  last_state: string | null;
  last_error: string | null;
}

export interface JobRevisionTable {
  job_id: string;
  revision: number;
  at: Time;
  by: string;
  /** The roles of who made it; null: the service itself. */
  by_roles: string[] | null;
  change: string;
  spec: Jsonb;
}

export interface ExecutionTable {
  id: string;
  job_id: string;
  face: string;
  number: number | null;
  trigger: string;
  due_at: Time;
  nonce: number;
  state: string;
  reason: string | null;
  attempt: Generated<number>;
  attempts: NullableJsonb;
  created_at: GeneratedTime;
  started_at: NullableTime;
  ended_at: NullableTime;
  duration_ms: number | null;
  result: NullableJsonb;
  error: NullableJsonb;
  logs: NullableJsonb;
  parameters: NullableJsonb;
  triggered_by: string | null;
  group_id: string | null;
  claimed_by: string | null;
  lease_until: NullableTime;
  worker_id: string | null;
  workflow_id: string | null;
  job_revision: number;
}

export interface JobRollupTable extends Counters {
  job_id: string;
  hour: Time;
  durations: Generated<number[]>;
}

export interface FaceRollupTable extends Counters {
  face: string;
  kind: string;
  hour: Time;
  /** Some of the connections each write their own, so that none waits for another's commit: sum over them. */
  slot: Generated<number>;
  durations: Generated<number[]>;
  lateness: Generated<number[]>;
  /** Of `skipped`, those that someone asked for and that may be taken back. */
  asked_skips: Generated<number>;
}

export interface AuditTable {
  id: Generated<number>;
  at: GeneratedTime;
  actor: string;
  face: string;
  action: string;
  job_id: string | null;
  execution_id: string | null;
  before: NullableJsonb;
  after: NullableJsonb;
  reason: string | null;
  correlation_id: string;
}

export interface InstanceTable {
  id: string;
  slot: number;
  name: string;
  host: string;
  process_id: number;
  process_identity: string;
  mode: string;
  roles: string[];
  status: string;
  version: string;
  capacity: Generated<number>;
  load: Generated<number>;
  cpu_percent: Generated<number>;
  cpu_peak_percent: Generated<number>;
  memory_mb: Generated<number>;
  memory_total_mb: Generated<number>;
  /** The keys of the functions that it serves. */
  functions: Generated<string[]>;
  started_at: GeneratedTime;
  last_heartbeat: GeneratedTime;
  stopped_at: NullableTime;
}

export interface RegisteredFunctionTable {
  id: Generated<number>;
  key: string;
  name_en: string;
  name_ar: string;
  description_en: string | null;
  description_ar: string | null;
  registered_at: GeneratedTime;
}

export interface ApiKeyTable {
  id: string;
  name: string;
  hash: Buffer;
  prefix: string;
  subject: string;
  roles: string[];
  created_by: string;
  created_at: GeneratedTime;
  expires_at: NullableTime;
  last_used_at: NullableTime;
  revoked_at: NullableTime;
}

export interface IdempotencyTable {
  face: string;
  subject: string;
  key: string;
  request_hash: string;
  status: number | null;
  headers: NullableJsonb<Record<string, string>>;
  body: string | null;
  created_at: GeneratedTime;
}

export interface BulkTable {
  id: string;
  kind: string;
  face: string;
  started_by: string;
  at: Time;
  sequential: Generated<boolean>;
  total: Generated<number>;
  started: Generated<number>;
  resume_at: NullableTime;
  finished_at: NullableTime;
  /** Of an import: jobs that it has dealt with, when it last said so, and what it is and has become. */
  done: Generated<number>;
  told_at: NullableTime;
  detail: NullableJsonb;
}

export interface JobDependencyTable {
  id: string;
  face: string;
  child_id: string;
  parent_id: string;
  type: string;
  created_at: GeneratedTime;
  /** How the parent ended last since the child's last decided run; null: it has not. */
  end_state: string | null;
  end_execution: string | null;
  end_at: NullableTime;
}

export interface NotificationTable {
  id: string;
  face: string;
  job_id: string;
  /** Null: it is of the job alone. */
  execution_id: string | null;
  event: string;
  destination: string;
  topic: string;
  body: string;
  state: Generated<string>;
  attempts: Generated<number>;
  created_at: GeneratedTime;
  /** When it is tried (again); null once it has ended. */
  next_at: NullableTime;
  ended_at: NullableTime;
  error: string | null;
}

export interface NoticeTable {
  seq: Generated<number>;
  at: GeneratedTime;
  kind: string;
  subjects: string[];
  due_from: NullableTime;
  due_to: NullableTime;
  change: string | null;
}

export interface EventRelayTable {
  name: string;
  mark: string | null;
  updated_at: GeneratedTime;
}

export interface Database {
  job: JobTable;
  clock: ClockTable;
  job_state: JobStateTable;
  job_revision: JobRevisionTable;
  execution: ExecutionTable;
  job_rollup: JobRollupTable;
  face_rollup: FaceRollupTable;
  audit: AuditTable;
  instance: InstanceTable;
  registered_function: RegisteredFunctionTable;
  api_key: ApiKeyTable;
  idempotency: IdempotencyTable;
  bulk: BulkTable;
  notification: NotificationTable;
  notice: NoticeTable;
  job_dependency: JobDependencyTable;
  event_relay: EventRelayTable;
}

export type JobRow = Selectable<JobTable>;
export type ExecutionRow = Selectable<ExecutionTable>;
export type NewExecution = Insertable<ExecutionTable>;
