import { describe, expect, it } from 'vitest';
import { tasks } from '../../../../api/faces/tasks/tasks.ts';
import { openApiDocument } from '../../../../api/http/openapi-document.ts';
import { LIMITS } from '../../../support/engine.ts';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly responses: Record<string, { content?: Record<string, { example?: { error: { code: string } } }> }>;
}

const about = { title: tasks.title, description: tasks.description, version: '1', servers: ['/tasks'] };
const document = JSON.parse(openApiDocument(tasks.build({ limits: LIMITS, now: () => 0 }), about)) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { required?: string[]; properties?: Record<string, object> }> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

describe('the OpenAPI document of the tasks face', () => {
  it('lists every route of the document, and what stands beside', () => {
    const task = '/api/v1/tasks/{task_id}';
    expect(operations.map(({ name }) => name).sort()).toEqual(
      [
        'POST /api/v1/tasks',
        'GET /api/v1/tasks',
        `GET ${task}`,
        `PATCH ${task}`,
        `DELETE ${task}`,
        `POST ${task}/pause`,
        `POST ${task}/resume`,
        `POST ${task}/trigger`,
        `GET ${task}/executions`,
        'GET /api/v1/executions/{execution_id}',
        'GET /api/v1/executions/{execution_id}/logs',
        'POST /api/v1/executions/{execution_id}/cancel',
        `POST ${task}/dependencies`,
        `GET ${task}/dependencies`,
        `DELETE ${task}/dependencies/{dependency_id}`,
        'POST /api/v1/tasks/bulk',
        'POST /api/v1/tasks/bulk-delete',
        'GET /api/v1/status',
        `GET ${task}/stats`,
        'GET /api/v1/workers',
        'GET /api/v1/graph',
        'POST /api/v1/tasks/preview',
        `POST ${task}/skip-next`,
        `POST ${task}/backfill`,
        `GET ${task}/why`,
      ].sort(),
    );
  });

  it.each(operations)('says what $name does, and how it refuses', ({ operation }) => {
    expect(operation.summary).toBeTruthy();
    expect(operation.description).toBeTruthy();
    for (const status of ['401', '403', '429', '503']) expect(Object.keys(operation.responses)).toContain(status);
    const refusals = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
    for (const [, refusal] of refusals) {
      expect(refusal.content?.['application/json']?.example?.error.code).toBeTruthy();
    }
  });

  it('resolves every reference, and names no field or word of the domain', () => {
    const text = JSON.stringify(document);
    const names = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]));
    for (const name of names) expect(Object.keys(document.components.schemas)).toContain(name);
    expect(text).not.toMatch(/everySeconds|anchorAt|daysOfWeek|cron_expression|\bjob\b/);
  });

  it('shows the documented fields of a creation', () => {
    const { properties, required } = document.components.schemas['NewTask'] ?? {};
    expect(required).toEqual(['task_name', 'task_type']);
    for (const field of [
      'schedule_expression',
      'timezone',
      'payload',
      'timeout_seconds',
      'max_retries',
      'priority',
      'tags',
      'next_execution_time',
    ])
      expect(properties).toHaveProperty(field);
  });
});
