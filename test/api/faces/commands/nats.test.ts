import { headers as natsHeaders, type NatsConnection as Client } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  commandHandlers,
  commandRefusals,
  type NatsCommandDeps,
} from '../../../../api/faces/commands/nats-handlers.ts';
import { serveCommands } from '../../../../api/nats/serve-commands.ts';
import { unauthenticated } from '../../../../api/http/unauthenticated.ts';
import { connect } from '../../../../db/connect.ts';
import { DomainError } from '../../../../domain/errors.ts';
import { startCommands, type TestCommands } from '../../../support/commands.ts';
import { needsNats, startNats, type TestNats } from '../../../support/nats.ts';

let server: TestNats | null = null;
let client: Client;
let commands: TestCommands;
let drain: () => Promise<void> = () => Promise.resolve();
const counted: string[] = [];
const state = { open: false, greedy: true };

const depsOf = (): NatsCommandDeps => ({
  ...commands.parts,
  deviceId: 'test',
  openFaces: false,
  get openCommands() {
    return state.open;
  },
  authenticate(token: string) {
    const roles = token === 'viewer' ? (['viewer'] as const) : (['operator'] as const);
    if (token !== 'viewer' && token !== 'operator') return Promise.reject(unauthenticated('malformed', 'Unknown.'));
    return Promise.resolve({ subject: token, roles, credential: 'jwt' as const, expiresAt: null });
  },
  rateLimit: {
    count({ client: who }: { client: string }) {
      counted.push(who);
      if (who === 'creator:greedy' && state.greedy) return Promise.reject(new DomainError('RATE_LIMITED', 'Too many.'));
      return Promise.resolve(null);
    },
  },
});

beforeAll(async () => {
  server = await startNats();
  commands = await startCommands();
  if (server === null) return;
  client = await server.client();
  const link = await server.ours();
  const served = serveCommands({
    link,
    handlers: commandHandlers(depsOf()),
    ...commandRefusals,
    log: commands.log,
  });
  drain = () => served.drain();
  await link.look(new AbortController().signal);
});
afterAll(async () => {
  await drain();
  await server?.stop();
  await commands.stop();
});
beforeEach((context) => {
  state.open = false;
  state.greedy = true;
  needsNats(context, server);
});

async function ask(name: string, body: object, given: Record<string, string> = { Authorization: 'Bearer operator' }) {
  const headers = natsHeaders();
  for (const [header, value] of Object.entries(given)) headers.set(header, value);
  const reply = await client.request(`cmd.scheduler.${name}`, JSON.stringify(body), { timeout: 10_000, headers });
  return { body: reply.json<Record<string, unknown>>(), code: reply.headers?.get('Nats-Service-Error-Code') ?? '' };
}

const BEAT = { name: 'beat', schedule_type: 'interval', interval_seconds: 60, target_command: 'cmd.beat' };
const OPERATOR = { Authorization: 'Bearer operator' };

describe('scheduling commands over NATS [M-018]', () => {
  it('do what HTTP does, with the same answers and the same audit', async () => {
    const made = await ask('create', BEAT, { ...OPERATOR, 'X-Created-By': 'billing', 'X-Correlation-Id': 'trace-7' });
    const id = String(made.body['id']);
    const shown = await commands.call('GET', `/schedules/${id}`);
    expect(made).toEqual({ code: '', body: shown.body });
    expect(shown.body).toMatchObject({ ...BEAT, created_by: 'billing', status: 'active' });
    expect((await ask('update', { id, interval_seconds: 90 })).body).toMatchObject({ id, interval_seconds: 90 });
    const paused = await ask('pause', { id, reason: 'holiday' }, { ...OPERATOR, 'X-Performed-By': 'ann' });
    expect(paused.body).toMatchObject({ id, status: 'paused' });
    expect((await ask('trigger', { id })).body).toMatchObject({ error: { code: 'SCHEDULE_NOT_ACTIVE' } });
    expect((await ask('resume', { id })).body).toMatchObject({ id, status: 'active' });
    const run = await ask('trigger', { id, parameters: { n: 1 } }, { ...OPERATOR, 'X-Triggered-By': 'cy' });
    expect(run.body).toMatchObject({ schedule_id: id, status: 'queued', triggered_by: 'cy' });
    expect(await ask('delete', { id })).toEqual({ code: '', body: { id, deleted: true } });
    expect((await commands.call('GET', `/schedules/${id}`)).status).toBe(404);
    const audit = await commands.db
      .selectFrom('audit')
      .select(['action', 'actor', 'reason', 'face', 'correlation_id'])
      .where('job_id', '=', id)
      .orderBy('id')
      .execute();
    expect(audit.map(({ action, actor, reason }) => [action, actor, reason])).toEqual([
      ['job.create', 'billing via operator', null],
      ['job.update', 'operator', null],
      ['job.pause', 'ann via operator', 'holiday'],
      ['job.resume', 'operator', null],
      ['job.run', 'cy via operator', null],
      ['job.delete', 'operator', null],
    ]);
    expect(audit[0]).toMatchObject({ face: 'commands', correlation_id: 'trace-7' });
  });

  it('are refused as over HTTP: bad bodies, unknown schedules, the whitelist', async () => {
    const refused = async (name: string, body: object) => {
      const { body: said, code } = await ask(name, body);
      return [(said['error'] as { code?: string } | undefined)?.code, code];
    };
    expect(await refused('create', { ...BEAT, interval_seconds: 0 })).toEqual(['INVALID_SCHEDULE', '400']);
    expect(await refused('create', { ...BEAT, other: 1 })).toEqual(['INVALID_INPUT', '400']);
    expect(await refused('create', { ...BEAT, target_command: 'sys.halt' })).toEqual(['COMMAND_NOT_ALLOWED', '403']);
    expect(await refused('update', { interval_seconds: 5 })).toEqual(['INVALID_INPUT', '400']);
    expect(await refused('pause', { id: 'x' })).toEqual(['SCHEDULE_NOT_FOUND', '404']);
    expect(await refused('pause', [])).toEqual(['INVALID_INPUT', '400']);
  });

  it('need a credential and its role, and count for the client and the creator', async () => {
    expect(await ask('create', BEAT, {})).toMatchObject({ code: '401', body: { error: { code: 'UNAUTHENTICATED' } } });
    expect((await ask('create', BEAT, { Authorization: 'Bearer stolen' })).code).toBe('401');
    expect((await ask('create', BEAT, { Authorization: 'Bearer viewer' })).code).toBe('403');
    counted.length = 0;
    expect((await ask('create', BEAT, { ...OPERATOR, 'X-Created-By': 'greedy' })).code).toBe('429');
    expect(counted).toEqual(['subject:operator', 'creator:greedy']);
  });

  it('need none where NATS itself is trusted; a bad one is refused all the same', async () => {
    state.open = true;
    expect((await ask('create', BEAT, {})).body).toMatchObject({ created_by: 'nats' });
    expect((await ask('create', BEAT, { Authorization: 'Bearer stolen' })).code).toBe('401');
  });
});

it('a command says, as HTTP does, that the database is away, and shows no address', async () => {
  const url = 'postgres://nobody:sesame@127.0.0.1:9/none';
  const { db } = connect({ url, max: 1, applicationName: 'test', onError: () => undefined });
  const handlers = commandHandlers({ ...depsOf(), db, openCommands: true });
  const refused = await handlers.create({ body: BEAT, headers: {} }).catch((error: unknown) => error);
  await db.destroy();
  expect(refused).toMatchObject({ code: 'DATABASE_UNAVAILABLE' });
  expect(String(refused)).not.toContain('sesame');
});

describe('a message that comes again [M-018]', () => {
  const named = (name: string, value: string) => ({ ...OPERATOR, [name]: value });
  const schedulesOf = async (creator: string) => {
    const { body } = await commands.call('GET', `/schedules?created_by=${creator}`);
    return (body['items'] as { id: string }[]).map(({ id }) => id);
  };

  it.each(['Nats-Msg-Id', 'Idempotency-Key'])(
    'under its %s is done once, and has the answer that it had',
    async (name) => {
      const creator = `again-${name}`;
      const headers = { ...named(name, `msg-1-${name}`), 'X-Created-By': creator };
      const first = await ask('create', BEAT, headers);
      const second = await ask('create', BEAT, headers);
      expect(first.code).toBe('');
      expect(second).toEqual(first);
      expect(await schedulesOf(creator)).toEqual([first.body['id']]);
      const id = String(first.body['id']);
      const run = await ask('trigger', { id }, named(name, `msg-2-${name}`));
      expect(await ask('trigger', { id }, named(name, `msg-2-${name}`))).toEqual(run);
      expect((await commands.call('GET', `/schedules/${id}/executions`)).body['total']).toBe(1);
      const gone = await ask('delete', { id }, named(name, `msg-3-${name}`));
      expect(await ask('delete', { id }, named(name, `msg-3-${name}`))).toEqual(gone);
      expect((await ask('delete', { id }, named(name, `msg-4-${name}`))).code).toBe('404');
    },
  );

  it('at the same moment is done once', async () => {
    const headers = { ...named('Nats-Msg-Id', 'storm'), 'X-Created-By': 'storm' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('create', BEAT, headers)));
    const [id, ...others] = await schedulesOf('storm');
    expect(others).toEqual([]);
    for (const { body, code } of answers) expect([id, '409']).toContain(code === '' ? body['id'] : code);
    expect(answers.filter(({ code }) => code === '').length).toBeGreaterThan(0);
  });

  it('with another content, or for another command, is refused', async () => {
    const headers = named('Nats-Msg-Id', 'taken');
    const { body } = await ask('create', BEAT, headers);
    const refused = [
      await ask('create', { ...BEAT, interval_seconds: 61 }, headers),
      await ask('pause', { id: String(body['id']) }, headers),
    ];
    for (const { body: said, code } of refused) {
      expect([code, said['error']]).toEqual([
        '409',
        expect.objectContaining({
          code: 'IDEMPOTENCY_MISMATCH',
          message: expect.stringContaining('Nats-Msg-Id') as string,
        }),
      ]);
    }
    expect((await ask('create', BEAT, named('Nats-Msg-Id', 'a b'))).code).toBe('400');
  });

  it('after a refusal has the same refusal; after a failure of ours it is tried anew', async () => {
    const id = await commands.create({ schedule_type: 'interval', interval_seconds: 60 });
    await ask('pause', { id });
    const early = await ask('trigger', { id }, named('Nats-Msg-Id', 'early'));
    expect(early).toMatchObject({ body: { error: { code: 'SCHEDULE_NOT_ACTIVE' } } });
    await ask('resume', { id });
    expect(await ask('trigger', { id }, named('Nats-Msg-Id', 'early'))).toEqual(early);
    commands.engine.unreachable = true;
    const lost = await ask('trigger', { id }, named('Nats-Msg-Id', 'lost'));
    commands.engine.unreachable = false;
    expect(lost.code).toBe('503');
    expect((await ask('trigger', { id }, named('Nats-Msg-Id', 'lost'))).body).toMatchObject({ schedule_id: id });
  });

  it('after it came too fast is done when it comes again later', async () => {
    const headers = { ...named('Nats-Msg-Id', 'hasty'), 'X-Created-By': 'greedy' };
    expect((await ask('create', BEAT, headers)).code).toBe('429');
    state.greedy = false;
    expect((await ask('create', BEAT, headers)).body).toMatchObject({ created_by: 'greedy' });
  });

  it('is told apart by who sent it, in the store that HTTP uses', async () => {
    state.open = true;
    const [ours, theirs] = [
      await ask('create', BEAT, named('Nats-Msg-Id', '1')),
      await ask('create', BEAT, { 'Nats-Msg-Id': '1' }),
    ];
    expect(ours.body['id']).not.toBe(theirs.body['id']);
    const kept = await commands.db
      .selectFrom('idempotency')
      .select(['face', 'subject', 'status'])
      .where('key', '=', '1')
      .execute();
    expect(kept.sort((a, b) => a.subject.localeCompare(b.subject))).toEqual([
      { face: 'commands', subject: 'nats', status: 200 },
      { face: 'commands', subject: 'operator', status: 200 },
    ]);
    const http = await commands.call('POST', '/schedules', BEAT, {
      role: 'operator',
      headers: { 'Idempotency-Key': '1' },
    });
    expect(http).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_MISMATCH' } });
  });
});
