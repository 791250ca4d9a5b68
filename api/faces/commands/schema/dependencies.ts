import { z } from '@hono/zod-openapi';
import { executionStatus, id, timeOrNull } from './answer-fields.ts';

const type = z.enum(['success', 'completion', 'any']).openapi({ example: 'success' });

const dependency = z.object({
  id,
  schedule_id: id.openapi({ description: 'The one that is waited for.' }),
  schedule_name: z.string(),
  type,
  standing: z.enum(['met', 'waiting', 'failed']).openapi({ description: 'For the next run.' }),
  last_end: z
    .object({ execution_id: id.nullable(), status: executionStatus, at: timeOrNull })
    .nullable()
    .openapi({ description: "What it came to last since the schedule's previous run." }),
});

export const dependencyAdded = dependency.openapi('Dependency');
export const dependencyList = z.object({ items: z.array(dependency) }).openapi('DependencyList');
