import { describe, expect, it } from 'vitest';
import { reviewer } from '../../../../api/faces/reviewer/reviewer.ts';
import { openApiDocument } from '../../../../api/http/openapi-document.ts';
import { LIMITS } from '../../../support/engine.ts';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { name: string; schema: { type?: string; default?: unknown } }[];
  readonly responses: Record<string, { content?: Record<string, { example?: { code: string } }> }>;
}

const about = { title: reviewer.title, description: reviewer.description, version: '1', servers: ['/reviewer'] };
const document = JSON.parse(openApiDocument(reviewer.build({ limits: LIMITS, now: () => 0 }), about)) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { required?: string[]; properties?: Record<string, object> }> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

/** The status codes that reviewer.txt prints for each endpoint; the lists have none there. */
const PRINTED: readonly (readonly [string, string])[] = [
  ['POST /tasks', '201 400 500'],
  ['GET /tasks', '200'],
  ['GET /tasks/{task_id}', '200 404 500'],
  ['PUT /tasks/{task_id}', '200 400 404 500'],
  ['DELETE /tasks/{task_id}', '204 404 500'],
  ['POST /tasks/{task_id}/run', '200 400 404 500'],
  ['GET /executions', '200'],
  ['GET /executions/{execution_id}', '200 404 500'],
  ['GET /queue/status', '200 503 500'],
  ['GET /stats', '200'],
  ['POST /tasks/{task_id}/queue', '200 404 500'],
];
const BESIDE = ['POST /tasks/preview', 'POST /tasks/{task_id}/skip-next', 'POST /tasks/{task_id}/backfill'];
const inBase = (name: string) => name.replace(' ', ' /api/v1/scheduler');

describe('the OpenAPI document of the reviewer face', () => {
  it('lists every route of the document, and what stands beside', () => {
    const all = [...PRINTED.map(([name]) => name), ...BESIDE, 'GET /tasks/{task_id}/why'];
    expect(operations.map(({ name }) => name).sort()).toEqual(all.map(inBase).sort());
  });

  it.each(PRINTED)('%s has the printed status codes: %s', (name, statuses) => {
    const operation = operations.find((one) => one.name === inBase(name))?.operation;
    expect(Object.keys(operation?.responses ?? {})).toEqual(expect.arrayContaining(statuses.split(' ')));
  });

  it.each(operations)('says in Russian what $name does, and how it refuses', ({ operation }) => {
    expect(operation.summary).toMatch(/[а-яё]/i);
    expect(operation.description).toMatch(/[а-яё]/i);
    for (const status of ['401', '403', '429', '503']) expect(Object.keys(operation.responses)).toContain(status);
    for (const [status, refusal] of Object.entries(operation.responses))
      if (Number(status) >= 400) expect(refusal.content?.['application/json']?.example?.code).toBeTruthy();
  });

  it('has the filters of the executions with their defaults', () => {
    const list = operations.find(({ name }) => name === inBase('GET /executions'))?.operation.parameters ?? [];
    const named = Object.fromEntries(list.map(({ name, schema }) => [name, schema]));
    expect(Object.keys(named)).toEqual(['connection_id', 'task_type', 'status_filter', 'trend', 'limit', 'offset']);
    expect([named['connection_id']?.type, named['limit']?.default]).toEqual(['integer', 100]);
  });

  it('resolves every reference, and has no field of the domain', () => {
    const text = JSON.stringify(document.components);
    const names = new Set(
      [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name),
    );
    for (const name of names) expect(Object.keys(document.components.schemas)).toContain(name);
    expect(text).not.toMatch(/everySeconds|maxConcurrent|misfireGraceSeconds/);
  });
});

describe('the schemas of the document', () => {
  const TASK = 'name task_type connection_id cron_schedule description task_params is_active';
  const PARAMS = 'analysis_target custom_sql target_tables query_timeout output_format detailed_analysis';
  it.each([
    ['ScheduledTaskCreate', TASK, 'name task_type connection_id cron_schedule'],
    ['ScheduledTaskUpdate', 'name cron_schedule description task_params is_active', ''],
    ['TaskParams', PARAMS, ''],
    ['ScheduledTask', `id ${TASK} created_at updated_at`, `id ${TASK} created_at updated_at`],
    [
      'TaskExecution',
      'id scheduled_task_id connection_id task_type status started_at completed_at result error_message',
      'id',
    ],
    ['QueueStatus', 'queue_length timestamp', 'queue_length timestamp'],
    ['SchedulerStats', 'tasks executions_24h timestamp', 'tasks executions_24h timestamp'],
  ])('%s has its fields', (name, fields, needed) => {
    const { properties = {}, required = [] } = document.components.schemas[name] ?? {};
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(fields.split(' ')));
    expect(required).toEqual(expect.arrayContaining(needed.split(' ').filter((field) => field !== '')));
    if (name === 'ScheduledTaskUpdate') expect(required).toEqual([]);
  });
});
