import { sql, type Kysely, type Migration } from 'kysely';

/** An unused WITH makes a view read-only: Postgres would else let writes through to the tables below. */
const READ_ONLY = 'with read_only as (select)';

/** console.txt, Database Models: its seven tables with exactly its columns, for reports that rest on them. */
const VIEWS = `
create view scheduler_job_type as ${READ_ONLY} select t.* from (values
  (1, 'interval'::varchar(50), 'Interval'::varchar(100), 'فاصل زمني'::varchar(100)),
  (2, 'cron', 'Cron', 'تعبير كرون')) as t (id, name, name_en, name_ar);

create view scheduler_execution_status as ${READ_ONLY} select t.* from (values
  (1, 'pending'::varchar(50), 'Pending'::varchar(100), 'قيد الانتظار'::varchar(100)),
  (2, 'running', 'Running', 'قيد التشغيل'),
  (3, 'success', 'Success', 'ناجح'),
  (4, 'failed', 'Failed', 'فاشل'),
  (5, 'cancelled', 'Cancelled', 'ملغى'),
  (6, 'timeout', 'Timed out', 'انتهت المهلة'),
  (7, 'skipped', 'Skipped', 'تم تخطيه'),
  (8, 'missed', 'Missed', 'فائت')) as t (id, name, name_en, name_ar);

create view task_function as ${READ_ONLY}
  select f.id, f.key, f.name_en, f.name_ar, f.description_en, f.description_ar,
    (exists (select from instance i where i.stopped_at is null and i.last_heartbeat >= now() - interval '30 seconds'
        and 'worker' = any(i.roles) and f.key = any(i.functions))
      or not exists (select from instance i where i.stopped_at is null
        and i.last_heartbeat >= now() - interval '30 seconds' and 'worker' = any(i.roles))) as is_active
  from registered_function f;

create view scheduled_job as ${READ_ONLY}
  select j.number as id, (j.extra ->> 'taskFunctionId')::int as task_function_id,
    case j.kind when 'cron' then 2 else 1 end as job_type_id,
    j.extra ->> 'nameEn' as name_en, j.extra ->> 'nameAr' as name_ar,
    j.extra ->> 'descriptionEn' as description_en, j.extra ->> 'descriptionAr' as description_ar,
    (j.extra #>> '{interval,intervalSeconds}')::int as interval_seconds,
    (j.extra #>> '{interval,intervalMinutes}')::int as interval_minutes,
    (j.extra #>> '{interval,intervalHours}')::int as interval_hours,
    (j.extra #>> '{interval,intervalDays}')::int as interval_days,
    j.schedule ->> 'expression' as cron_expression,
    (j.policy ->> 'priority')::int as priority, (j.policy ->> 'maxConcurrent')::int as max_instances,
    (j.policy ->> 'misfireGraceSeconds')::int as misfire_grace_time, (j.policy ->> 'coalesce')::boolean as coalesce,
    j.enabled as is_enabled, j.deleted_at is null as is_active,
    coalesce((j.extra ->> 'isPrimary')::boolean, false) as is_primary,
    s.last_started_at as last_run_at, j.created_at, case when j.revision > 1 then j.updated_at end as updated_at,
    j.created_by as created_by_id, case when j.revision > 1 then j.updated_by end as updated_by_id
  from job j join job_state s on s.job_id = j.id where j.face = 'console';

create view scheduled_job_execution as ${READ_ONLY}
  select e.number as id, j.number as job_id, e.id::text as execution_id, e.due_at as scheduled_at, e.started_at,
    e.ended_at as completed_at, e.duration_ms,
    case e.state when 'queued' then 1 when 'waiting' then 1 when 'running' then 2 when 'succeeded' then 3
      when 'failed' then 4 when 'cancelled' then 5 when 'timed_out' then 6 when 'skipped' then 7 else 8 end as status_id,
    case when e.state <> 'succeeded' then coalesce(e.error ->> 'message', e.reason) end as error_message,
    e.error ->> 'traceback' as error_traceback, e.result ->> 'message' as result_summary,
    coalesce(e.worker_id, '') as executor_id, coalesce(i.host, '') as host_name, e.created_at
  from execution e join job j on j.id = e.job_id left join instance i on i.id = e.worker_id
  where e.face = 'console';

create view scheduled_job_lock as ${READ_ONLY}
  select e.number as id, j.number as job_id, e.id::text as execution_id, e.claimed_by as locked_by,
    coalesce(e.started_at, e.created_at) as locked_at, e.lease_until as expires_at
  from execution e join job j on j.id = e.job_id
  where e.face = 'console' and e.state = 'running' and e.claimed_by is not null and e.lease_until is not null;

create view scheduler_instance as ${READ_ONLY}
  select i.id, i.name as instance_name, i.host as host_name, i.process_id, i.mode,
    case when i.stopped_at is not null or i.last_heartbeat < now() - interval '30 seconds' then 'stopped'
      when i.status = 'draining' then 'paused'
      when i.status = 'starting' or i.last_heartbeat = i.started_at then 'starting' else 'running' end as status,
    i.last_heartbeat, i.started_at, i.stopped_at
  from instance i;`;

export const consoleViews: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(VIEWS).execute(db);
  },
};
