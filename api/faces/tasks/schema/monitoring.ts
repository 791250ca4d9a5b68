import { z } from '@hono/zod-openapi';
import { id, rate, time } from './answer-fields.ts';

const count = z.number();
const workerId = z.string().openapi({ example: 'scheduler-1' });

export const statusBody = z
  .object({
    status: z
      .enum(['healthy', 'unhealthy'])
      .openapi({ description: '`unhealthy`: no worker lives, or Temporal does not answer.' }),
    scheduler: z.object({
      leader: workerId.nullable().openapi({ description: 'The oldest live process; it has no further duties.' }),
      followers: z.array(workerId).openapi({ description: 'The other live ones.' }),
      tasks_scheduled: count.openapi({ description: 'Tasks of status `scheduled`.', example: 1000000 }),
      tasks_pending: count.openapi({ description: 'Executions that are due and have not begun.', example: 610 }),
    }),
    workers: z.object({
      total: count.openapi({ example: 100 }),
      active: count.openapi({ example: 98 }),
      inactive: count.openapi({ description: 'Died within the last day.', example: 2 }),
      total_capacity: count.openapi({ description: 'Executions that the active ones may run at once.', example: 1000 }),
      current_load: count.openapi({ description: 'Executions that they run now.', example: 650 }),
    }),
    queue: z
      .object({ high_priority: count, medium_priority: count, low_priority: count })
      .openapi({ description: '`tasks_pending` by the priority of their tasks.' }),
  })
  .openapi('SystemStatus');

export const workerList = z
  .object({
    workers: z.array(
      z.object({
        worker_id: workerId,
        name: z.string(),
        status: z
          .enum(['active', 'draining', 'inactive'])
          .openapi({ description: '`inactive`: silent for 30 s. `draining`: it stops when its work is done.' }),
        capacity: count.openapi({ example: 10 }),
        current_load: count.openapi({ example: 7 }),
        last_heartbeat: time,
        uptime_seconds: count.openapi({ example: 86400 }),
      }),
    ),
    total: count.openapi({ example: 100 }),
  })
  .openapi('WorkerList');

const ms = z.number().nullable().openapi({ example: 5000 });

export const statsBody = z
  .object({
    task_id: id,
    total_executions: count.openapi({ description: 'All that ended, whatever became of them.', example: 100 }),
    successful_executions: count.openapi({ example: 98 }),
    failed_executions: count.openapi({ description: 'Failed, or ran out of time.', example: 2 }),
    cancelled_executions: count,
    skipped_executions: count,
    missed_executions: count,
    success_rate: rate,
    average_duration_ms: ms,
    p50_duration_ms: ms,
    p95_duration_ms: ms,
    p99_duration_ms: ms,
    last_7_days: z.object({ executions: count.openapi({ example: 7 }), success_rate: rate }),
  })
  .openapi('TaskStatistics');
