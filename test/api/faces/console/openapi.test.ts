import { describe, expect, it } from 'vitest';
import { consoleFace } from '../../../../api/faces/console/console.ts';
import { errors, renderError } from '../../../../api/faces/console/errors.ts';
import { openApiDocument } from '../../../../api/http/openapi-document.ts';
import { DomainError, ERROR_CODES } from '../../../../domain/errors.ts';
import { LIMITS } from '../../../support/engine.ts';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly responses: Record<string, { content?: Record<string, { example?: { code: string } }> }>;
}

const about = { title: consoleFace.title, description: consoleFace.description, version: '1', servers: ['/console'] };
const document = JSON.parse(openApiDocument(consoleFace.build({ limits: LIMITS, now: () => 0 }), about)) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { required?: string[]; properties?: Record<string, object> }> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

describe('the OpenAPI document of the console face', () => {
  it('lists every route of the document, and what stands beside', () => {
    const base = '/api/v1/scheduler';
    const job = `${base}/jobs/{job_id}`;
    expect(operations.map(({ name }) => name).sort()).toEqual(
      [
        `POST ${base}/jobs`,
        `GET ${base}/jobs`,
        `GET ${job}`,
        `PUT ${job}`,
        `DELETE ${job}`,
        `POST ${job}/action`,
        `GET ${job}/history`,
        `GET ${base}/history`,
        `GET ${base}/status`,
        `POST ${base}/cleanup`,
        `GET ${base}/task-functions`,
        `GET ${base}/job-types`,
        `GET ${base}/execution-statuses`,
        `POST ${base}/jobs/preview`,
        `POST ${job}/skip-next`,
        `POST ${job}/backfill`,
        `GET ${job}/why`,
      ].sort(),
    );
  });

  it.each(operations)('says what $name does, and how it refuses', ({ operation }) => {
    expect(operation.summary).toBeTruthy();
    expect(operation.description).toBeTruthy();
    for (const status of ['401', '403', '429', '503']) expect(Object.keys(operation.responses)).toContain(status);
    for (const [status, refusal] of Object.entries(operation.responses))
      if (Number(status) >= 400) expect(refusal.content?.['application/json']?.example?.code).toBeTruthy();
  });

  it('resolves every reference, and has no field with an underscore', () => {
    const text = JSON.stringify(document.components);
    const names = new Set([...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, n]) => n));
    for (const name of names) expect(Object.keys(document.components.schemas)).toContain(name);
    const fields = Object.values(document.components.schemas).flatMap(({ properties }) =>
      Object.keys(properties ?? {}),
    );
    expect(fields.filter((field) => field.includes('_'))).toEqual([]);
    expect(text).not.toMatch(/everySeconds|maxConcurrent|misfireGraceSeconds/);
  });
});

const TIMING = 'intervalSeconds intervalMinutes intervalHours intervalDays cronExpression';
const NAMES = 'nameEn nameAr descriptionEn descriptionAr';
const SETTINGS = 'priority maxInstances misfireGraceTime coalesce isEnabled';

describe('the schemas of the document', () => {
  it.each([
    ['ScheduledJobCreate', `taskFunctionId ${NAMES} ${TIMING} ${SETTINGS}`],
    ['ScheduledJobUpdate', `taskFunctionId ${NAMES} ${TIMING} ${SETTINGS}`],
    ['JobActionRequest', 'action'],
    [
      'ScheduledJobResponse',
      `id taskFunctionId taskFunctionKey jobTypeId jobTypeName ${NAMES} ${TIMING} ${SETTINGS} isActive isPrimary nextRunAt lastRunAt createdAt updatedAt`,
    ],
    [
      'ScheduledJobExecutionResponse',
      'id jobId executionId scheduledAt startedAt completedAt durationMs statusId statusName errorMessage resultSummary',
    ],
    ['JobActionResponse', 'success message executionId job'],
    [
      'SchedulerStatusResponse',
      'isRunning mode instanceId activeInstances totalJobs enabledJobs runningExecutions lastHeartbeat',
    ],
  ])('%s has its fields under its name [C-201..C-207]', (name, fields) => {
    const { properties = {}, required = [] } = document.components.schemas[name] ?? {};
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(fields.split(' ')));
    if (name === 'ScheduledJobCreate') expect(required).toEqual(['taskFunctionId']);
    if (name === 'ScheduledJobUpdate') expect(required).toEqual([]);
  });
});

describe('a refusal', () => {
  it.each(ERROR_CODES)('words %s as {"detail", "code"}', (code) => {
    expect(renderError(new DomainError(code, 'Words.'), errors[code], 0)).toEqual({ detail: 'Words.', code });
    expect([400, 401, 403, 404, 405, 409, 413, 429, 500, 503]).toContain(errors[code].status);
  });
});
