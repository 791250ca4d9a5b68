import { z } from '@hono/zod-openapi';
import { executionStatus, id, taskType, timeOrNull } from './answer-fields.ts';

const run = {
  id,
  scheduled_task_id: id,
  connection_id: id,
  task_type: taskType,
  status: executionStatus,
  started_at: timeOrNull,
  completed_at: timeOrNull.openapi({ example: '2024-01-01T00:05:00' }),
};
const errorMessage = z.string().nullable().openapi({ description: 'Почему не удалось или не выполнялось.' });
const report =
  'Отчёт: `score`, `summary`, `counts`, `findings`, `missing`, `comparison` с прошлым разом, `facts`, `rows` у custom_sql ' +
  '(docs/reviews.md). Пуст, пока нет результата.';

export const runBody = z
  .object({
    ...run,
    result: z.record(z.string(), z.any()).openapi({ description: report, example: {} }),
    error_message: errorMessage,
  })
  .openapi('TaskExecution');

export const runList = z
  .array(
    z
      .object({
        ...run,
        result: z.record(z.string(), z.any()).openapi({
          description: `${report} Длинный отчёт в списке сокращён (\`abridged\`): целиком он в самом выполнении.`,
          example: {},
        }),
        error_message: errorMessage,
      })
      .openapi('ListedExecution'),
  )
  .openapi('TaskExecutionList');
