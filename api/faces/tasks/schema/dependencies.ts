import { z } from '@hono/zod-openapi';
import { record, text } from '../../../http/body-fields.ts';
import { executionStatus, id, timeOrNull } from './answer-fields.ts';
import { dependencyType } from './task-bodies.ts';

export const dependencyBody = record({
  depends_on_task_id: text({ description: 'The task to wait for.', example: 'parent-task-id' }, { min: 1, max: 100 }),
  dependency_type: dependencyType,
}).openapi('NewDependency');

const type = z.enum(['success', 'completion', 'any']).openapi({ example: 'success' });

export const dependencyAdded = z
  .object({ dependency_id: id, task_id: id, depends_on_task_id: id, dependency_type: type })
  .openapi('DependencyAdded');

const standing = z.enum(['met', 'waiting', 'failed']).openapi({
  description: 'How it stands for the next run: the parent ended as needed, has not ended yet, or ended otherwise.',
});

export const dependencyList = z
  .object({
    dependencies: z.array(
      z.object({
        dependency_id: id,
        depends_on_task_id: id,
        depends_on_task_name: z.string().openapi({ example: 'data_processing' }),
        dependency_type: type,
        status: standing,
        last_end: z
          .object({ execution_id: id.nullable(), status: executionStatus, at: timeOrNull })
          .nullable()
          .openapi({ description: "What the parent came to last since the task's previous run." }),
      }),
    ),
  })
  .openapi('DependencyList');

export const graphBody = z
  .object({
    nodes: z.array(
      z.object({
        task_id: id,
        task_name: z.string(),
        task_type: z.string(),
        enabled: z.boolean(),
        paused: z.boolean(),
        state: executionStatus.nullable().openapi({
          description: 'Of its execution under way, else of the last one; null before the first.',
        }),
        last_execution_time: timeOrNull,
      }),
    ),
    edges: z.array(
      z.object({
        dependency_id: id,
        from: id.openapi({ description: 'The task that is waited for.' }),
        to: id.openapi({ description: 'The task that waits.' }),
        dependency_type: type,
        status: standing,
      }),
    ),
  })
  .openapi('TaskGraph');
