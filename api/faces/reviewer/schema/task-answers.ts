import { z } from '@hono/zod-openapi';
import { id, taskType, time } from './answer-fields.ts';

export const taskBody = z
  .object({
    id,
    name: z.string().openapi({ example: 'Daily Security Check' }),
    task_type: taskType,
    connection_id: id,
    cron_schedule: z.string().openapi({ example: '0 2 * * *' }),
    description: z.string().nullable(),
    task_params: z.record(z.string(), z.any()).openapi({ description: 'Как заданы.', example: {} }),
    is_active: z.boolean(),
    created_at: time,
    updated_at: time,
  })
  .openapi('ScheduledTask');

export const taskList = z.array(taskBody).openapi('ScheduledTaskList');

export const started = z
  .object({
    message: z.string().openapi({ example: 'Задача запущена' }),
    execution_id: id.openapi({ example: 123 }),
  })
  .openapi('TaskStarted');

export const queued = z
  .object({
    message: z.string().openapi({ example: 'Задача 1 добавлена в очередь' }),
    task_id: id,
  })
  .openapi('TaskQueued');
