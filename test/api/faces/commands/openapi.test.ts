import { describe, expect, it } from 'vitest';
import { commands } from '../../../../api/faces/commands/commands.ts';
import { openApiDocument } from '../../../../api/http/openapi-document.ts';
import { LIMITS } from '../../../support/engine.ts';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: { name: string; in: string }[];
  readonly responses: Record<string, { content?: Record<string, { example?: { code?: string } }> }>;
}

const about = { title: commands.title, description: commands.description, version: '1', servers: ['/commands'] };
const document = JSON.parse(openApiDocument(commands.build({ limits: LIMITS, now: () => 0 }), about)) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties?: Record<string, object> }> };
};
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
);

describe('the OpenAPI document of the commands face', () => {
  it('lists every route of the document, those of health too [M-021..M-030, M-034..M-042]', () => {
    const names = operations.map(({ name }) => name);
    const schedule = '/api/v1/schedules/{id}';
    expect(names).toEqual(
      expect.arrayContaining([
        'POST /api/v1/schedules',
        'GET /api/v1/schedules',
        `GET ${schedule}`,
        `PUT ${schedule}`,
        `DELETE ${schedule}`,
        `POST ${schedule}/pause`,
        `POST ${schedule}/resume`,
        `POST ${schedule}/trigger`,
        'POST /api/v1/schedules/bulk/create',
        'POST /api/v1/schedules/bulk/operation',
        'GET /api/v1/executions',
        'GET /api/v1/executions/{id}',
        'GET /api/v1/executions/running',
        `GET ${schedule}/executions`,
        'GET /api/v1/executions/stats/{schedule_id}',
        'GET /health',
        'GET /health/detailed',
        'GET /ready',
        'GET /live',
      ]),
    );
  });

  it('names the headers of the document [M-055..M-057]', () => {
    const headersOf = (path: string, method: string) =>
      document.paths[path]?.[method]?.parameters?.filter((each) => each.in === 'header').map(({ name }) => name);
    expect(headersOf('/api/v1/schedules', 'post')).toEqual(['X-Created-By']);
    expect(headersOf('/api/v1/schedules/{id}/trigger', 'post')).toEqual(['X-Triggered-By']);
    expect(headersOf('/api/v1/schedules/bulk/operation', 'post')).toEqual(['X-Performed-By']);
  });

  it('says of every operation what it does, and of every refusal an example', () => {
    for (const { name, operation } of operations) {
      expect(operation.summary, name).toBeTruthy();
      expect(operation.description, name).toBeTruthy();
      for (const [status, answer] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || name.includes('/health') || name.includes('/ready')) continue;
        expect(answer.content?.['application/json']?.example?.code, `${name} ${status}`).toMatch(/^[A-Z_]+$/);
      }
    }
    expect(Object.keys(document.components.schemas['NewSchedule']?.properties ?? {})).toEqual(
      expect.arrayContaining(['cron_expression', 'interval_seconds', 'run_at', 'target_command', 'command_payload']),
    );
  });
});
