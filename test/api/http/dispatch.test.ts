import { describe, expect, it } from 'vitest';
import { createDispatch, type Claimant } from '../../../api/faces/dispatch.ts';
import { createRouteTable } from '../../../api/http/route-table.ts';
import type { Face } from '../../../domain/faces.ts';

const claimant = (name: Face, ...routes: readonly string[]): Claimant => ({
  name,
  routes: createRouteTable(
    routes.map((route) => ({ method: route.split(' ')[0] ?? '', path: route.split(' ')[1] ?? '' })),
  ),
});

const JOBS = '/api/v1/scheduler/jobs';
const RUNS = '/api/v1/scheduler/executions';
const EXECUTIONS = '/api/v1/executions';
const ALL: readonly Claimant[] = [
  claimant(
    'gateway',
    `GET ${JOBS}`,
    `POST ${JOBS}`,
    `GET ${JOBS}/:id`,
    `PUT ${JOBS}/:id`,
    `POST ${JOBS}/export`,
    `GET ${RUNS}/:id`,
  ),
  claimant('console', `GET ${JOBS}`, `POST ${JOBS}`, `GET ${JOBS}/:id`, `PUT ${JOBS}/:id`, `GET ${JOBS}/types`),
  claimant(
    'commands',
    `GET ${EXECUTIONS}`,
    `GET ${EXECUTIONS}/running`,
    `GET ${EXECUTIONS}/stats/:id`,
    `GET ${EXECUTIONS}/:id`,
  ),
  claimant('reviewer', `GET ${RUNS}`, `GET ${RUNS}/:id`, 'GET /api/v1/scheduler/tasks'),
  claimant(
    'tasks',
    `GET ${EXECUTIONS}/:id`,
    `GET ${EXECUTIONS}/:id/logs`,
    `POST ${EXECUTIONS}/:id/cancel`,
    'GET /api/v1/tasks',
  ),
];
const OF_TASKS = '018f0000-0000-7000-8000-000000000001';
const OF_COMMANDS = '018f0000-0000-7000-8000-000000000002';
const OF_GATEWAY = '018f0000-0000-7000-8000-000000000003';
const owners: Record<string, Face> = { [OF_TASKS]: 'tasks', [OF_COMMANDS]: 'commands', [OF_GATEWAY]: 'gateway' };

function ask(request: string, keys: readonly string[] = [], listed = ALL): Promise<Face | null> {
  const [method = '', url = ''] = request.split(' ');
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const choose = createDispatch(listed, (id) => Promise.resolve(owners[id] ?? null));
  return choose({ method, path: pathname, query: searchParams, bodyKeys: () => Promise.resolve(keys) });
}

describe('an unprefixed request (DECISIONS section 1)', () => {
  it.each<[string, Face | null]>([
    [`GET ${JOBS}/17`, 'console'],
    [`PUT ${JOBS}/17`, 'console'],
    [`GET ${JOBS}/job_017`, 'gateway'],
    [`PUT ${JOBS}/job_017`, 'gateway'],
    [`GET ${JOBS}`, 'gateway'],
    [`HEAD ${JOBS}?page=2`, 'console'],
    [`GET ${JOBS}?status=active&limit=5`, 'gateway'],
    [`GET ${JOBS}?page=1`, 'console'],
    [`GET ${JOBS}?per_page=1`, 'console'],
    [`GET ${JOBS}?is_enabled=true`, 'console'],
    [`GET ${JOBS}?job_type_id=3`, 'console'],
    [`GET ${RUNS}/12`, 'reviewer'],
    [`GET ${RUNS}/exec_20250312151030123`, 'gateway'],
    [`GET ${RUNS}`, 'reviewer'],
    [`GET ${EXECUTIONS}`, 'commands'],
    [`GET ${EXECUTIONS}/running`, 'commands'],
    [`GET ${EXECUTIONS}/stats/${OF_TASKS}`, 'commands'],
    [`GET ${EXECUTIONS}/${OF_TASKS}`, 'tasks'],
    [`GET ${EXECUTIONS}/${OF_COMMANDS}`, 'commands'],
    [`GET ${EXECUTIONS}/${OF_TASKS}/logs`, 'tasks'],
    [`POST ${EXECUTIONS}/${OF_COMMANDS}/cancel`, 'tasks'],
    ['GET /api/v1/tasks', 'tasks'],
    ['GET /api/v1/scheduler/tasks', 'reviewer'],
    [`POST ${JOBS}/export`, 'gateway'],
  ])('%s is for %s', async (request, face) => expect(await ask(request)).toBe(face));

  it('that creates a job is the console’s with a taskFunctionId, else the gateway’s', async () => {
    expect(await ask(`POST ${JOBS}`, ['name', 'taskFunctionId'])).toBe('console');
    expect(await ask(`POST ${JOBS}`, ['name', 'type'])).toBe('gateway');
    expect(await ask(`POST ${JOBS}`)).toBe('gateway');
  });

  it('of an execution that belongs to neither claimant is refused by one of them', async () => {
    expect(['commands', 'tasks']).toContain(await ask(`GET ${EXECUTIONS}/${OF_GATEWAY}`));
    expect(['commands', 'tasks']).toContain(await ask(`GET ${EXECUTIONS}/nonsense`));
  });

  it('goes to a face that is listed, whatever the rules say of others', async () => {
    const gatewayOnly = ALL.filter(({ name }) => name === 'gateway');
    for (const request of [`GET ${JOBS}/17`, `GET ${JOBS}?page=1`, `GET ${RUNS}/12`]) {
      expect(await ask(request, [], gatewayOnly)).toBe('gateway');
    }
    expect(await ask(`POST ${JOBS}`, ['taskFunctionId'], gatewayOnly)).toBe('gateway');
  });

  it('that nobody claims goes to a face of its base for the refusal, else to none', async () => {
    expect(await ask('GET /api/v1/scheduler/nothing')).toBe('gateway');
    expect(await ask(`DELETE ${EXECUTIONS}/running`)).toBe('commands');
    expect(await ask('GET /elsewhere/altogether')).toBeNull();
  });
});
