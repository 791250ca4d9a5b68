import { z } from '@hono/zod-openapi';
import { time } from './answer-fields.ts';

const count = (example: number, description?: string) =>
  z
    .number()
    .int()
    .openapi({ example, ...(description !== undefined && { description }) });

export const queueBody = z
  .object({
    queue_length: count(
      5,
      'Сколько запусков стоит перед исполнителями в общей очереди службы (Temporal), и сколько своих ждёт места своей задачи.',
    ),
    timestamp: time,
  })
  .openapi('QueueStatus');

export const statsBody = z
  .object({
    tasks: z.object({ total_tasks: count(10), active_tasks: count(8), inactive_tasks: count(2) }),
    executions_24h: z.object({
      total_executions: count(24, 'Завершённые, отменённые, выполняемые и ждущие; без пропущенных и упущенных.'),
      completed: count(20),
      failed: count(2),
      running: count(2),
    }),
    timestamp: time,
  })
  .openapi('SchedulerStats');
