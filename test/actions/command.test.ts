import { jetstreamManager } from '@nats-io/jetstream';
import { headers, type Msg, type NatsConnection as Client } from '@nats-io/transport-node';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi, type TestContext } from 'vitest';
import type { CommandRules } from '../../domain/command-rules.ts';
import { openNats, type NatsConnection } from '../../worker/nats/open-nats.ts';
import { freeze } from '../support/freeze.ts';
import { natsSettings, needsNats, startNats, type TestNats } from '../support/nats.ts';
import { recordingLog } from '../support/recording-log.ts';
import { until } from '../support/until.ts';
import { acting, failureOf, RUN } from './acting.ts';

let server: TestNats | null = null;
let ours: NatsConnection;
let client: Client;
beforeAll(async () => {
  server = await startNats();
  if (server === null) return;
  [ours, client] = await Promise.all([server.ours(), server.client()]);
});
afterAll(() => server?.stop());
beforeEach((context) => void needsNats(context, server));

type Rules = Partial<CommandRules>;
type Given = Parameters<typeof acting>[2];

function command(target: string, more: object = {}, given: Given = {}, rules: Rules = {}) {
  const commandRules = { whitelist: ['cmd.>'], schemas: {}, ...rules };
  const world = { commands: ours, commandRules };
  return acting({ type: 'command', target_command: target, ...more }, world, given);
}

/** Everything that arrives on a subject from now on. */
async function heard(subject: string): Promise<Msg[]> {
  const messages: Msg[] = [];
  const subscription = client.subscribe(subject, { callback: (_error, message) => void messages.push(message) });
  onTestFinished(() => subscription.unsubscribe());
  await client.flush();
  return messages;
}

/** A service that replies to each message. */
async function service(subject: string, reply: (message: Msg) => void): Promise<void> {
  const subscription = client.subscribe(subject, { callback: (_error, message) => reply(message) });
  onTestFinished(() => subscription.unsubscribe());
  await client.flush();
}

async function stream(name: string, subject: string): Promise<Awaited<ReturnType<typeof jetstreamManager>>> {
  const manager = await jetstreamManager(client);
  await manager.streams.add({ name, subjects: [subject] });
  onTestFinished(async () => void (await manager.streams.delete(name)));
  return manager;
}

describe('command: what is sent [M-009, M-010]', () => {
  it('goes to the subject as JSON, and says whose it is in its headers', async () => {
    const messages = await heard('cmd.notification.send.bulk');
    const payload = { notification_type: 'daily_summary', recipient_filter: 'active_users' };
    const run = { createdBy: 'notification-service' };
    const { message, metrics, data } = await command('cmd.notification.send.bulk', { payload }, { run }).result;
    const [sent] = await until('it arrived', () => messages.length > 0 && messages);
    expect(sent?.json()).toEqual(payload);
    const told = Object.fromEntries((sent?.headers?.keys() ?? []).map((name) => [name, sent?.headers?.get(name)]));
    expect(told).toMatchObject({
      'Content-Type': 'application/json',
      'Nats-Msg-Id': RUN.executionId,
      'X-Execution-Id': RUN.executionId,
      'X-Schedule-Id': RUN.jobId,
      'X-Correlation-Id': 'correlation-1',
      'X-Created-By': 'notification-service',
      'X-Scheduled-Time': '2025-03-12T09:00:00.000Z',
      'X-Attempt': '1',
    });
    expect(Date.parse(told['X-Expires-At'] ?? '')).toBeGreaterThan(Date.now());
    expect(message).toContain('to cmd.notification.send.bulk');
    expect(metrics).toEqual({ bytes_sent: sent?.data.length });
    expect(data).toEqual({ stream: null, sequence: null, duplicate: false });
  });

  it('is made of the variables of the run, each of its own type [M-095]', async () => {
    const messages = await heard('cmd.made');
    const payload = { of: '${JOB_NAME}', limit: '${LIMIT}', text: 'up to ${LIMIT}' };
    const more = { payload, headers: { 'X-Region': '${REGION}' } };
    await command('cmd.made', more, { variables: { LIMIT: 5, REGION: 'north' } }).result;
    await command('cmd.made', { payload: '{"n": ${LIMIT}}' }, { variables: { LIMIT: 7 } }).result;
    await command('cmd.made').result;
    await until('all arrived', () => messages.length === 3);
    expect(messages[0]?.json()).toEqual({ of: 'Weekly Report', limit: 5, text: 'up to 5' });
    expect(messages[0]?.headers?.get('X-Region')).toBe('north');
    expect(messages[1]?.json()).toEqual({ n: 7 });
    expect(messages[2]?.data).toHaveLength(0);
    const unknown = await failureOf(command('cmd.made', { payload: { a: '${NOWHERE}' } }));
    expect(unknown.message).toContain('${NOWHERE}');
    expect(messages).toHaveLength(3);
  });

  it('is kept by the stream that takes the subject, once however often it is sent', async () => {
    const manager = await stream('ORDERS', 'cmd.orders.>');
    const first = await command('cmd.orders.new', { payload: { n: 1 } }).result;
    expect(first.data).toEqual({ stream: 'ORDERS', sequence: 1, duplicate: false });
    const again = await command('cmd.orders.new', { payload: { n: 1 } }, { run: { attempt: 2 } }).result;
    expect(again.data).toMatchObject({ stream: 'ORDERS', duplicate: true });
    expect(again.message).toContain('had it already');
    expect((await manager.streams.info('ORDERS')).state.messages).toBe(1);
    const kept = await manager.streams.getMessage('ORDERS', { seq: 1 });
    expect(kept?.header.get('Nats-Msg-Id')).toBe(RUN.executionId);
  });

  it('has a header with a line break refused, and takes one out of a creator', async () => {
    const more = { headers: { 'X-Note': '${NOTE}' } };
    const failure = await failureOf(command('cmd.note', more, { variables: { NOTE: 'a\r\nNats-Msg-Id: b' } }));
    expect(failure).toMatchObject({ type: 'InvalidHeader', retryable: false });
    const messages = await heard('cmd.note');
    await command('cmd.note', {}, { run: { createdBy: 'a\r\nX-Schedule-Id: b' } }).result;
    await until('it arrived', () => messages.length === 1);
    expect(messages[0]?.headers?.get('X-Created-By')).toBe('a X-Schedule-Id: b');
    expect(messages[0]?.headers?.get('X-Schedule-Id')).toBe(RUN.jobId);
  });

  it('longer than the server takes is refused here, and the connection holds', async () => {
    const failure = await failureOf(command('cmd.long', { payload: { text: 'x'.repeat(1_100_000) } }));
    expect(failure).toMatchObject({ type: 'PayloadTooLarge', retryable: false });
    expect(failure.message).toContain('max_payload');
    expect(ours.connected()).toBe(true);
  });
});

describe('command: what is allowed is judged again when it runs [M-011, M-086]', () => {
  it('by the whitelist', async () => {
    const messages = await heard('cmd.payments.send');
    const failure = await failureOf(command('cmd.payments.send', {}, {}, { whitelist: ['cmd.mail.>'] }));
    expect(failure).toMatchObject({ type: 'CommandNotAllowed', retryable: false });
    expect(failure.message).toContain('allowed are cmd.mail.> (COMMAND_WHITELIST)');
    expect(messages).toEqual([]);
  });

  it("by the command's schema, with what the variables made of it", async () => {
    const schemas = { 'cmd.pay.*': { properties: { amount: { type: 'number' } }, required: ['amount'] } };
    const pay = (AMOUNT: string | number) =>
      command('cmd.pay.out', { payload: { amount: '${AMOUNT}' } }, { variables: { AMOUNT } }, { schemas });
    const failure = await failureOf(pay('much'));
    expect(failure).toMatchObject({ type: 'InvalidPayload', retryable: false });
    expect(failure.message).toContain('amount must be number');
    await expect(pay(12).result).resolves.toBeDefined();
  });

  it('by the server itself: what it forbids is no success', async (context) => {
    const config = `authorization { users = [
      { user: limited, password: secret, permissions: { publish: ["cmd.open", "$JS.API.>"], subscribe: [">"] } } ] }`;
    const guarded = needsNats(context, await startNats({ config }));
    onTestFinished(() => guarded.stop());
    const limited = await guarded.ours({ username: 'limited', password: 'secret' });
    const send = (target: string) => acting({ type: 'command', target_command: target }, { commands: limited });
    await expect(send('cmd.open').result).resolves.toBeDefined();
    const failure = await failureOf(send('cmd.closed'));
    expect(failure).toMatchObject({ type: 'NotPermitted', retryable: false });
    expect(failure.message).not.toContain('secret');
  });
});

describe('command: an awaited reply', () => {
  const ask = (target: string, more: object = {}) => command(target, { expect_reply: true, ...more });

  it('becomes the result', async () => {
    await service('cmd.count', (message) => message.respond(JSON.stringify({ counted: message.json() })));
    await service('cmd.word', (message) => message.respond('done'));
    const { data, metrics } = await ask('cmd.count', { payload: { of: 'sales' } }).result;
    expect(data).toEqual({ counted: { of: 'sales' } });
    expect(metrics).toEqual({ bytes_sent: 14, bytes_received: 26 });
    expect((await ask('cmd.word').result).data).toBe('done');
  });

  it('that tells of an error fails it, by header or by JSON, retried unless it says otherwise [M-085]', async () => {
    await service('cmd.by.header', (message) => {
      const told = headers();
      told.set('Nats-Service-Error-Code', '503');
      told.set('Nats-Service-Error', 'the stock is being counted');
      message.respond('', { headers: told });
    });
    await service('cmd.by.text', (message) => message.respond('{"error": "no such customer"}'));
    await service('cmd.by.object', (message) =>
      message.respond('{"error": {"code": "GONE", "message": "closed", "retryable": false}}'),
    );
    await service('cmd.fine', (message) => message.respond('{"error": null, "ok": true}'));
    const byHeader = await failureOf(ask('cmd.by.header'));
    expect(byHeader).toMatchObject({ type: 'CommandFailed', retryable: true });
    expect(byHeader.message).toContain('(503): the stock is being counted');
    expect(await failureOf(ask('cmd.by.text'))).toMatchObject({
      message: expect.stringContaining('no such customer'),
      retryable: true,
    });
    expect(await failureOf(ask('cmd.by.object'))).toMatchObject({
      message: expect.stringContaining('(GONE): closed'),
      retryable: false,
    });
    expect((await ask('cmd.fine').result).data).toEqual({ error: null, ok: true });
  });

  it('is not the acknowledgement of a stream that takes the subject', async () => {
    await stream('ASKED', 'cmd.asked.>');
    await service('cmd.asked.now', (message) => setTimeout(() => message.respond('"the reply"'), 50));
    expect((await ask('cmd.asked.now').result).data).toBe('the reply');
    const inbox = await heard('cmd.asked.later');
    const acted = ask('cmd.asked.later');
    const [asked] = await until('it is asked', () => inbox.length > 0 && inbox);
    // As one that reads the stream would: its message has another reply subject.
    client.publish(asked?.headers?.get('X-Reply-To') ?? '', '"from the stream"');
    expect((await acted.result).data).toBe('from the stream');
  });

  it('from nobody fails at once, to be tried again', async () => {
    const failure = await failureOf(ask('cmd.nobody'));
    expect(failure).toMatchObject({ type: 'NoResponders', retryable: true });
    expect(failure.message).toContain('start the service that takes this command');
  });

  it('is awaited for as long as it says; what comes later changes nothing', async () => {
    const asked: Msg[] = [];
    await service('cmd.slow', (message) => asked.push(message));
    const failure = await failureOf(ask('cmd.slow', { reply_timeout_seconds: 0.2 }));
    expect(failure).toMatchObject({ type: 'NoReply', retryable: true });
    expect(failure.message).toContain('within 0.2 s');
    asked[0]?.respond('too late');
  });

  it('is not awaited any more once it is cancelled', async () => {
    const asked: Msg[] = [];
    await service('cmd.cancelled', (message) => asked.push(message));
    const acted = ask('cmd.cancelled', { reply_timeout_seconds: 60 });
    await until('it is asked', () => asked.length === 1);
    acted.stop.abort(new Error('cancelled by a user'));
    await expect(acted.result).rejects.toThrow('cancelled by a user');
    asked[0]?.respond('too late');
    await client.flush();
    expect(ours.connected()).toBe(true);
  });
});

describe('command: while NATS is away', () => {
  /** A server of the test's own, to be taken away. */
  async function own(context: TestContext): Promise<{ nats: TestNats; connection: NatsConnection }> {
    const nats = needsNats(context, await startNats());
    onTestFinished(() => nats.stop());
    return { nats, connection: await nats.ours() };
  }
  const send = (commands: NatsConnection, target = 'cmd.x') =>
    acting({ type: 'command', target_command: target }, { commands });

  it('fails with what to do, to be tried again, and goes on when it is back', async (context) => {
    const { nats, connection } = await own(context);
    await nats.kill();
    await until('that is noticed', () => !connection.connected());
    const failure = await failureOf(send(connection));
    expect(failure).toMatchObject({ type: 'NatsAway', retryable: true });
    expect(failure.message).toMatch(/NATS is away \(127.0.0.1:\d+: .*set NATS_URL/);
    await nats.start();
    await until('it is back', () => connection.connected());
    await expect(send(connection).result).resolves.toBeDefined();
  });

  it('is waited for once, not anew by each run: an outage must not take the slots of all others', async (context) => {
    const { nats, connection } = await own(context);
    await nats.kill();
    await until('that is noticed', () => !connection.connected());
    await failureOf(send(connection));
    // Timers stand still: what waits any longer does not end.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    expect(await failureOf(send(connection))).toMatchObject({ type: 'NatsAway', retryable: true });
  });

  it('sends nothing later of what failed or was given up meanwhile', async (context) => {
    const { nats, connection } = await own(context);
    await nats.kill();
    await until('that is noticed', () => !connection.connected());
    const given = send(connection, 'cmd.given.up');
    given.stop.abort(new Error('too late'));
    await expect(given.result).rejects.toThrow('too late');
    await failureOf(send(connection, 'cmd.failed'));
    await nats.start();
    const listener = await nats.client();
    const messages: string[] = [];
    listener.subscribe('cmd.>', { callback: (_error, message) => void messages.push(message.subject) });
    await listener.flush();
    await until('it is back', () => connection.connected());
    await send(connection, 'cmd.last').result;
    await until('the last one arrived', () => messages.includes('cmd.last'));
    expect(messages).toEqual(['cmd.last']);
  });

  it('does not count what a frozen server has not taken as sent, and stops when it is told to', async (context) => {
    const { nats, connection } = await own(context);
    await send(connection, 'cmd.warm').result;
    await freeze(nats.pid);
    const acted = send(connection, 'cmd.warm');
    let isSettled = false;
    acted.result.finally(() => (isSettled = true)).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    acted.stop.abort(new Error('the attempt ran past its timeout'));
    await expect(acted.result).rejects.toThrow('ran past its timeout');
    await until('the connection is cut', () => !connection.connected());
  });

  it('closes cleanly, whether it is there or not', async (context) => {
    const { nats, connection } = await own(context);
    const other = await nats.ours();
    await expect(connection.close()).resolves.toBeUndefined();
    await nats.kill();
    await until('that is noticed', () => !other.connected());
    await expect(other.close()).resolves.toBeUndefined();
    const never = openNats(natsSettings(nats.url), recordingLog());
    await expect(never.close()).resolves.toBeUndefined();
  });

  it('says what to set where none is configured', async () => {
    const none = openNats(natsSettings('', { servers: [] }), recordingLog());
    const failure = await failureOf(send(none));
    expect(failure).toMatchObject({ type: 'NoNats', retryable: false });
    expect(failure.message).toContain('set NATS_URL');
  });
});
