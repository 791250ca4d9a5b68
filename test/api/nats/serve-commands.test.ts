import { headers, type NatsConnection as Client } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SCHEDULER_COMMANDS, serveCommands, type CommandHandlers } from '../../../api/nats/serve-commands.ts';
import { DomainError } from '../../../domain/errors.ts';
import type { Json } from '../../../domain/json.ts';
import type { NatsConnection } from '../../../worker/nats/open-nats.ts';
import { needsNats, startNats, type TestNats } from '../../support/nats.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { until } from '../../support/until.ts';

let server: TestNats | null = null;
let client: Client;
beforeAll(async () => {
  server = await startNats();
  if (server !== null) client = await server.client();
});
afterAll(() => server?.stop());
beforeEach((context) => void needsNats(context, server));

/** Handlers that say which was called with what. */
function handlers(other: Partial<CommandHandlers> = {}): CommandHandlers {
  const each = SCHEDULER_COMMANDS.map((name) => {
    return [name, ({ body }: { body: Json }) => Promise.resolve({ did: name, body })] as const;
  });
  return { ...(Object.fromEntries(each) as unknown as CommandHandlers), ...other };
}

async function serving(link: NatsConnection, own: CommandHandlers) {
  const statusOf = ({ code }: DomainError) => (code === 'JOB_NOT_FOUND' ? 404 : 500);
  const log = recordingLog();
  const served = serveCommands({ link, handlers: own, statusOf, log });
  await link.look(new AbortController().signal);
  return { served, log };
}

const ask = async (name: string, body = '{}') => {
  const reply = await client.request(`cmd.scheduler.${name}`, body, { timeout: 60_000 });
  return { body: reply.json<Json>(), code: reply.headers?.get('Nats-Service-Error-Code') };
};

describe('Commands to the scheduler over NATS [M-018]', () => {
  it('are answered in JSON, each by its handler, with the headers that it came with', async () => {
    const link = await (server as TestNats).ours();
    const create: CommandHandlers['create'] = ({ headers: given }) =>
      Promise.resolve({ by: given['x-created-by'] ?? '' });
    const { served } = await serving(link, handlers({ create }));
    for (const name of SCHEDULER_COMMANDS.slice(1)) {
      expect(await ask(name, '{"id": 1}')).toEqual({ body: { did: name, body: { id: 1 } }, code: '' });
    }
    const by = headers();
    by.set('X-Created-By', 'billing');
    const created = await client.request('cmd.scheduler.create', '', { timeout: 10_000, headers: by });
    expect(created.json()).toEqual({ by: 'billing' });
    await served.drain();
  });

  it('are refused in JSON: with the code of the domain, as no JSON, and without a secret of ours', async () => {
    const link = await (server as TestNats).ours();
    const { served, log } = await serving(
      link,
      handlers({
        pause: () => Promise.reject(new DomainError('JOB_NOT_FOUND', 'There is no such schedule.', { id: 'x' })),
        resume: () => Promise.reject(new Error('password=secret')),
      }),
    );
    expect(await ask('pause')).toEqual({
      body: { error: { code: 'JOB_NOT_FOUND', message: 'There is no such schedule.', details: { id: 'x' } } },
      code: '404',
    });
    expect((await ask('trigger', '{not json')).body).toMatchObject({ error: { code: 'INVALID_INPUT' } });
    const unknown = await ask('resume');
    expect(unknown).toMatchObject({ body: { error: { code: 'INTERNAL' } }, code: '500' });
    expect(JSON.stringify(unknown)).not.toContain('secret');
    expect(log.said('A command failed')?.level).toBe('error');
    await served.drain();
  });

  it('are shared among processes: each is done by one of them', async () => {
    const nats = server as TestNats;
    const links = await Promise.all([nats.ours(), nats.ours()]);
    const done = [0, 0];
    const serveds = await Promise.all(
      links.map((link, i) =>
        serving(link, handlers({ trigger: () => Promise.resolve({ n: (done[i] = (done[i] ?? 0) + 1) }) })),
      ),
    );
    for (let i = 0; i < 40; i += 1) await ask('trigger');
    expect((done[0] ?? 0) + (done[1] ?? 0)).toBe(40);
    expect(Math.min(...done)).toBeGreaterThan(0);
    await Promise.all(serveds.map(({ served }) => served.drain()));
  });

  it('that were taken are answered before the process goes, and none after', async () => {
    const link = await (server as TestNats).ours();
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    let isTaken = false;
    const update: CommandHandlers['update'] = async () => {
      isTaken = true;
      await held;
      return { done: true };
    };
    const { served } = await serving(link, handlers({ update }));
    const asked = ask('update');
    await until('it is taken', () => isTaken);
    const drained = served.drain();
    await until('nobody takes more', async () => {
      const late = await client
        .request('cmd.scheduler.pause', '{}', { timeout: 10_000 })
        .catch((error: Error) => error);
      return late instanceof Error && /no responders/i.test(late.message);
    });
    go();
    expect((await asked).body).toEqual({ done: true });
    await drained;
  });

  it('are heard again after the server was away', async () => {
    const nats = server as TestNats;
    const link = await nats.ours();
    const { served } = await serving(link, handlers());
    await nats.kill();
    await until('that is noticed', () => !link.connected());
    await nats.start();
    await until('both are back', () => link.connected() && !client.isClosed());
    const again = await until('it is answered', () => ask('delete').catch(() => null));
    expect(again.body).toMatchObject({ did: 'delete' });
    await served.drain();
  });
});
