import { expect, describe, it } from 'vitest';
import { gateway } from '../../../../api/faces/gateway/gateway.ts';
import { openApiDocument } from '../../../../api/http/openapi-document.ts';
import type { Limits } from '../../../../api/verbs/context.ts';

const LIMITS: Limits = {
  relays: ['lights'],
  ruleNodes: [],
  maxJobs: 100,
  maxConcurrentExecutions: 50,
  executorPoolSize: 10,
  clockCapacity: 100,
  defaultTimezone: 'UTC',
  executionTimeoutSeconds: 300,
  misfireGraceSeconds: 60,
  conflictPolicy: 'resources',
};

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { description: string; content?: Record<string, { example?: { code: string } }> }>;
}

const about = { title: gateway.title, description: gateway.description, version: '1', servers: ['/gateway'] };
const document = JSON.parse(openApiDocument(gateway.build({ limits: LIMITS, now: () => 0 }), about)) as {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { required?: string[]; properties?: Record<string, object> }> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

describe('the OpenAPI document of the gateway', () => {
  it('lists every route of the document under its path [G-001, G-004]', () => {
    const base = '/api/v1/scheduler';
    expect(operations.map(({ name }) => name).sort()).toEqual(
      [
        `GET ${base}/jobs`,
        `POST ${base}/jobs`,
        ...['interval', 'daily', 'weekly', 'monthly', 'cron', 'sun'].map((type) => `POST ${base}/jobs/${type}`),
        `GET ${base}/jobs/{id}`,
        `PUT ${base}/jobs/{id}`,
        `DELETE ${base}/jobs/{id}`,
        `POST ${base}/jobs/{id}/toggle`,
        `POST ${base}/jobs/{id}/run`,
        `GET ${base}/jobs/{id}/status`,
        `GET ${base}/jobs/{id}/history`,
        `GET ${base}/jobs/{id}/metrics`,
        `GET ${base}/executions/{id}`,
        `GET ${base}/statistics`,
        `POST ${base}/conflicts/check`,
        `POST ${base}/preview`,
        `POST ${base}/jobs/{id}/skip-next`,
        `POST ${base}/jobs/{id}/backfill`,
        `GET ${base}/jobs/{id}/why`,
        `GET ${base}/resources/usage`,
        `GET ${base}/jobs/import/{import_id}`,
        `GET ${base}/notifications`,
        `POST ${base}/jobs/run/all`,
        `GET ${base}/jobs/run/all/{group_id}`,
        `POST ${base}/jobs/disable/all`,
        `POST ${base}/jobs/export`,
        `POST ${base}/jobs/import`,
      ].sort(),
    );
  });

  it.each(operations)('says what $name does, and how it refuses', ({ operation }) => {
    expect(operation.summary).toBeTruthy();
    expect(operation.description).toBeTruthy();
    for (const status of ['401', '403', '429', '503']) expect(Object.keys(operation.responses)).toContain(status);
    const refusals = Object.entries(operation.responses).filter(([status]) => Number(status) >= 400);
    for (const [, refusal] of refusals) expect(refusal.content?.['application/json']?.example?.code).toBeTruthy();
  });

  it('resolves every reference, and names no undocumented field of the domain', () => {
    const text = JSON.stringify(document);
    const names = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]));
    for (const name of names) expect(Object.keys(document.components.schemas)).toContain(name);
    expect(text).not.toMatch(/everySeconds|anchorAt|daysOfWeek|"kind"/);
  });

  it('shows the fields of a typed creation with their bounds', () => {
    const { properties } = document.components.schemas['NewIntervalJob'] ?? {};
    expect(properties).toMatchObject({
      interval_seconds: { type: 'integer', minimum: 1 },
      name: { type: 'string' },
      action: { type: 'object' },
    });
  });
});
