import { expect } from 'vitest';
import type { RunningAlmanac } from '../support/running-almanac.ts';

/** A row of `job`, as it was stored, whether it has been deleted or not. */
interface StoredTask {
  readonly id: string;
  readonly schedule: Readonly<Record<string, unknown>>;
  readonly action: Readonly<Record<string, unknown>>;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly deleted: boolean;
  readonly manual_runs: string[];
}

/** The tasks of a name in the database, the oldest first: what a program really brought about. */
export async function storedTasks(almanac: RunningAlmanac, name: string): Promise<StoredTask[]> {
  return almanac.query<StoredTask & Record<string, unknown>>(
    `select id, schedule, action, extra, deleted_at is not null as deleted, array(
       select execution.id::text from execution where job_id = job.id and trigger = 'manual') as manual_runs
     from job where face = 'tasks' and name = $1 order by created_at`,
    [name],
  );
}

/** What the printed programs do alike: made with the payload as written, run once by hand, deleted. */
export async function expectPrintedEffects(
  almanac: RunningAlmanac,
  said: { taskId: string; executionId: string; payload: object },
): Promise<void> {
  const tasks = await storedTasks(almanac, 'daily_report');
  const task = tasks.find(({ id }) => id === said.taskId);
  expect(task).toMatchObject({ deleted: true, manual_runs: [said.executionId] });
  expect(task?.schedule).toMatchObject({ kind: 'cron', expression: '0 0 * * *', timezone: 'America/New_York' });
  expect(JSON.stringify([task?.action, task?.extra])).toContain(JSON.stringify(said.payload));
  const gone = await almanac.call('GET', `/api/v1/tasks/${said.taskId}`);
  expect(gone.status).toBe(404);
}
