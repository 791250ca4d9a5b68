import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadFunctions, type LoadedFunctions } from '../../worker/functions/load-functions.ts';
import { recordingLog } from '../support/recording-log.ts';
import { createDatabase } from '../support/servers.ts';
import { until } from '../support/until.ts';
import { acting, failureOf, RUN } from './acting.ts';

interface Employee {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly department: string;
}

/** A small HR system: pages of employees over HTTP. */
const hr = {
  employees: [] as Employee[],
  requests: [] as { page: number; authorization: string | undefined }[],
  /** Says how a page is refused: a status, `never` for no answer at all, or null. */
  refuse: (_page: number): { status: number; retryAfter?: string } | 'never' | null => null,
};

const employee = (id: number): Employee => ({
  id,
  name: `Employee ${id}`,
  email: `e${id}@example.com`,
  department: id % 2 === 0 ? 'Sales' : 'Research',
});

function answerOf(request: IncomingMessage): { status: number; headers: Record<string, string>; body: unknown } | null {
  const { searchParams } = new URL(request.url ?? '/', 'http://hr');
  const page = Number(searchParams.get('page'));
  const perPage = Number(searchParams.get('per_page'));
  hr.requests.push({ page, authorization: request.headers.authorization });
  const refusal = hr.refuse(page);
  if (refusal === 'never') return null;
  if (refusal !== null) {
    const headers: Record<string, string> =
      refusal.retryAfter === undefined ? {} : { 'retry-after': refusal.retryAfter };
    return { status: refusal.status, headers, body: {} };
  }
  const records = hr.employees.slice((page - 1) * perPage, page * perPage);
  const next = page * perPage < hr.employees.length ? page + 1 : null;
  return { status: 200, headers: {}, body: { records, next_page: next } };
}

let server: Server;
let client: pg.Client;
let functions: LoadedFunctions;
let url: string;
beforeAll(async () => {
  const databaseUrl = await createDatabase();
  process.env['HRIS_DATABASE_URL'] = databaseUrl;
  process.env['HRIS_TOKEN'] = 'a-token';
  client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  server = createServer((request, response) => {
    const answer = answerOf(request);
    if (answer === null) return;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/employees`;
  const folder = new URL('../../examples/functions', import.meta.url).pathname;
  functions = await loadFunctions({ folder, examples: false, log: recordingLog() });
});
afterAll(async () => {
  delete process.env['HRIS_DATABASE_URL'];
  delete process.env['HRIS_TOKEN'];
  await client.end();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(async () => {
  hr.employees = Array.from({ length: 150 }, (_, i) => employee(i + 1));
  hr.requests = [];
  hr.refuse = () => null;
  await client.query('drop table if exists hris_employee');
});

const sync = (payload: object = {}, given: Parameters<typeof acting>[2] = {}) =>
  acting({ type: 'function', function: 'hris_sync', payload: { source_url: url, ...payload } }, { functions }, given);
const count = async (where = 'true') =>
  Number((await client.query<{ n: string }>(`select count(*) as n from hris_employee where ${where}`)).rows[0]?.n);

describe('hris_sync', () => {
  it('copies all records into the table and says "Synced 150 records"', async () => {
    const acted = sync();
    expect(await acted.result).toEqual({
      message: 'Synced 150 records',
      data: { summary: 'Synced 150 records', records: 150, added: 150, changed: 0, deactivated: 0 },
    });
    expect(await count()).toBe(150);
    const { rows } = await client.query(
      `select id, name, email, department, is_active from hris_employee where id = '7'`,
    );
    expect(rows).toEqual([
      { id: '7', name: 'Employee 7', email: 'e7@example.com', department: 'Research', is_active: true },
    ]);
    expect(hr.requests).toEqual([1, 2, 3].map((page) => ({ page, authorization: 'Bearer a-token' })));
    expect(acted.logs.map((line) => line.message)).toEqual(
      [1, 2, 3].map((page) => `Page ${page}: 50 records, 50 new, 0 changed`),
    );
  });

  it('copies again what changed, and deactivates who left', async () => {
    await sync().result;
    hr.employees = [...hr.employees.slice(2), { ...employee(3), department: 'Law' }, employee(151)].filter(
      (one, i, all) => all.findLastIndex((other) => other.id === one.id) === i,
    );
    const run = { executionId: RUN.executionId.replace(/1$/, '2') };
    expect((await sync({}, { run }).result).data).toMatchObject({ records: 149, added: 1, changed: 1, deactivated: 2 });
    expect(await count('not is_active')).toBe(2);
    expect(await count(`department = 'Law'`)).toBe(1);
  });

  it('goes on behind the last page that a lost attempt had stored', async () => {
    hr.refuse = (page) => (page === 3 ? { status: 503, retryAfter: '7' } : null);
    const lost = sync();
    expect(await failureOf(lost)).toMatchObject({ type: 'HrisRefused', retryable: true });
    await expect(lost.result).rejects.toMatchObject({ retryAfterMs: 7000 });
    hr.refuse = () => null;
    hr.requests = [];
    const next = sync({}, { progress: lost.progress.at(-1) ?? null });
    expect((await next.result).message).toBe('Synced 150 records');
    expect(hr.requests.map((request) => request.page)).toEqual([3]);
    expect(await count('is_active')).toBe(150);
  });

  it.each([
    ['an HR system that refuses', () => (hr.refuse = () => ({ status: 401 })), {}, 'answered 401 to page 1'],
    ['a record without a name', () => (hr.employees = [{ id: 1 } as Employee]), {}, 'Record 0 of page 1 has no id'],
    ['a wrong payload', () => undefined, { source_url: 'nowhere' }, 'source_url must be an address'],
  ])('%s is not asked again', async (_, prepare, payload, message) => {
    prepare();
    const failure = await failureOf(sync(payload));
    expect(failure).toMatchObject({ retryable: false, message: expect.stringContaining(message) });
  });

  it('stops when it is cancelled, in the middle of a page', async () => {
    hr.refuse = (page) => (page === 2 ? 'never' : null);
    const acted = sync();
    await until('it waits for page 2', () => hr.requests.length === 2);
    acted.stop.abort(new Error('cancelled'));
    await expect(acted.result).rejects.toThrow('cancelled');
    expect(await count()).toBe(50);
  });
});
