import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../../../db/connect.ts';
import { EXECUTION_STATUSES, JOB_TYPES } from '../../../../api/faces/console/translate/lookups.ts';
import { startConsole, type TestConsole } from '../../../support/console.ts';
import { addInstance } from '../../../support/instances.ts';

let face: TestConsole;
let worker: string;
beforeAll(async () => {
  face = await startConsole();
  worker = await addInstance(face.db, { name: 'one', host: 'host-1', processId: 42, mode: 'embedded' });
});
afterAll(() => face.stop());

const rows = async (query: string) => (await sql.raw<Record<string, unknown>>(query).execute(face.db)).rows;

/** console.txt, Database Models: the columns of each table, in its order. */
const COLUMNS = {
  scheduled_job:
    'id task_function_id job_type_id name_en name_ar description_en description_ar interval_seconds interval_minutes ' +
    'interval_hours interval_days cron_expression priority max_instances misfire_grace_time coalesce is_enabled is_active ' +
    'is_primary last_run_at created_at updated_at created_by_id updated_by_id',
  scheduled_job_execution:
    'id job_id execution_id scheduled_at started_at completed_at duration_ms status_id error_message error_traceback ' +
    'result_summary executor_id host_name created_at',
  scheduled_job_lock: 'id job_id execution_id locked_by locked_at expires_at',
  scheduler_instance: 'id instance_name host_name process_id mode status last_heartbeat started_at stopped_at',
  task_function: 'id key name_en name_ar description_en description_ar is_active',
  scheduler_job_type: 'id name name_en name_ar',
  scheduler_execution_status: 'id name name_en name_ar',
} as const;

describe('the tables of the document', () => {
  it.each(Object.entries(COLUMNS))('%s has exactly its columns', async (table, columns) => {
    const found = await rows(
      `select column_name::text from information_schema.columns where table_name = '${table}' order by ordinal_position`,
    );
    expect(found.map((row) => row['column_name'])).toEqual(columns.split(' '));
  });

  it.each(Object.keys(COLUMNS))('%s is read-only', async (table) => {
    for (const write of [
      `delete from ${table}`,
      `update ${table} set id = id`,
      `insert into ${table} (id) values (null)`,
    ])
      await expect(rows(write)).rejects.toThrow(/cannot (delete from|update|insert into) view/);
  });

  it('hold jobs and executions, joined as the document relates them [C-001..C-011, C-013..C-041]', async () => {
    const id = await face.create({
      nameEn: 'HRIS Sync',
      nameAr: 'مزامنة',
      descriptionEn: 'd',
      descriptionAr: 'و',
      intervalMinutes: 30,
      intervalSeconds: 5,
      priority: 5,
      maxInstances: 3,
      misfireGraceTime: 90,
      coalesce: false,
      isPrimary: true,
    });
    const error = { type: 'E', message: 'No answer', traceback: 'at x' };
    const executionId = await face.add(id, {
      dueAt: face.now - 5000,
      state: 'failed',
      durationMs: 1500,
      workerId: worker,
      error,
    });
    const [job] = await rows(`select * from scheduled_job where id = ${id}`);
    expect(job).toEqual({
      id,
      task_function_id: 1,
      job_type_id: 1,
      name_en: 'HRIS Sync',
      name_ar: 'مزامنة',
      description_en: 'd',
      description_ar: 'و',
      interval_seconds: 5,
      interval_minutes: 30,
      interval_hours: null,
      interval_days: null,
      cron_expression: null,
      priority: 5,
      max_instances: 3,
      misfire_grace_time: 90,
      coalesce: false,
      is_enabled: true,
      is_active: true,
      is_primary: true,
      last_run_at: face.now - 5000,
      created_at: face.now,
      updated_at: null,
      created_by_id: 'super_admin',
      updated_by_id: null,
    });
    const joined = await rows(
      `select e.execution_id, e.scheduled_at, e.started_at, e.completed_at, e.duration_ms, s.name as status,
         e.error_message, e.error_traceback, e.result_summary, e.executor_id, e.host_name, f.key, t.name as type
       from scheduled_job_execution e join scheduled_job j on j.id = e.job_id
       join scheduler_execution_status s on s.id = e.status_id join task_function f on f.id = j.task_function_id
       join scheduler_job_type t on t.id = j.job_type_id where j.id = ${id}`,
    );
    expect(joined).toEqual([
      {
        execution_id: executionId,
        scheduled_at: face.now - 5000,
        started_at: face.now - 5000,
        completed_at: face.now - 3500,
        duration_ms: 1500,
        status: 'failed',
        error_message: 'No answer',
        error_traceback: 'at x',
        result_summary: null,
        executor_id: worker,
        host_name: 'host-1',
        key: 'hris_sync',
        type: 'interval',
      },
    ]);
    await face.call('DELETE', `/jobs/${id}?force=true`);
    expect(await rows(`select is_active, updated_by_id from scheduled_job where id = ${id}`)).toEqual([
      { is_active: false, updated_by_id: 'super_admin' },
    ]);
  });

  it('hold cron jobs, and no job of another face', async () => {
    const id = await face.create({ cronExpression: '0 2 * * *' });
    await face.createJob({});
    expect(await rows(`select job_type_id, cron_expression from scheduled_job where id = ${id}`)).toEqual([
      { job_type_id: 2, cron_expression: '0 2 * * *' },
    ]);
    const [counts] = await rows(
      `select (select count(*) from scheduled_job) = (select count(*) from job where face = 'console') as same`,
    );
    expect(counts).toEqual({ same: true });
  });

  it('show a running execution as a lock until its lease [C-042..C-046]', async () => {
    const id = await face.create();
    const executionId = await face.add(id, { dueAt: face.now, state: 'running', workerId: worker });
    await sql`update execution set claimed_by = ${worker} where id = ${executionId}`.execute(face.db);
    const [lock] = await rows(`select * from scheduled_job_lock where job_id = ${id}`);
    expect(lock).toMatchObject({ execution_id: executionId, locked_by: worker, locked_at: face.now });
    expect(lock?.['expires_at']).toBeGreaterThan(face.now);
    await face.add(id, { dueAt: face.now - 1000, state: 'succeeded' });
    expect(await rows(`select 1 from scheduled_job_lock where job_id = ${id}`)).toHaveLength(1);
  });

  it('show instances by their heartbeats [C-048..C-056]', async () => {
    const [instance] = await rows(`select * from scheduler_instance where id = '${worker}'`);
    expect(instance).toMatchObject({
      instance_name: 'one',
      host_name: 'host-1',
      process_id: 42,
      mode: 'embedded',
      status: 'starting',
      stopped_at: null,
    });
    const status = async (change: string) => {
      await rows(`update instance set ${change} where id = '${worker}'`);
      return (await rows(`select status from scheduler_instance where id = '${worker}'`))[0]?.['status'];
    };
    expect(await status(`last_heartbeat = now() + interval '1 second'`)).toBe('running');
    expect(await status(`status = 'draining'`)).toBe('paused');
    expect(await status(`status = 'active', last_heartbeat = now() - interval '31 seconds'`)).toBe('stopped');
    expect(await status(`last_heartbeat = now(), stopped_at = now()`)).toBe('stopped');
  });

  it('hold the lookups as the API tells them', async () => {
    const columns = `id, name, name_en as "nameEn", name_ar as "nameAr"`;
    expect(await rows(`select ${columns} from scheduler_job_type order by id`)).toEqual(JOB_TYPES);
    expect(await rows(`select ${columns} from scheduler_execution_status order by id`)).toEqual(
      EXECUTION_STATUSES.map(({ states: _, ...status }) => status),
    );
    const functions = (await face.call('GET', '/task-functions')).body as unknown as {
      id: number;
      isActive: boolean;
    }[];
    expect(await rows(`select id, is_active as "isActive" from task_function order by id`)).toEqual(
      functions.map(({ id, isActive }) => ({ id, isActive })),
    );
  });
});
