import { getEventListeners, setMaxListeners } from 'node:events';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';
import { keepNats } from '../../worker/nats/keep-nats.ts';
import type { NatsConnection } from '../../worker/nats/open-nats.ts';
import { publishMessage } from '../../worker/nats/publish-message.ts';
import { freeze } from '../support/freeze.ts';
import { natsSettings, needsNats, startNats, type TestNats } from '../support/nats.ts';
import { recordingLog } from '../support/recording-log.ts';
import { until } from '../support/until.ts';
import { acting, failureOf, RUN } from './acting.ts';

interface Silent {
  readonly nats: TestNats;
  readonly ours: NatsConnection;
  readonly manager: JetStreamManager;
}

/** A server of the test's own, whose stream keeps what comes to cmd.silent.* and acknowledges nothing. */
async function silent(context: TestContext): Promise<Silent> {
  const nats = needsNats(context, await startNats());
  onTestFinished(() => nats.stop());
  const manager = await jetstreamManager(await nats.client());
  await manager.streams.add({ name: 'SILENT', subjects: ['cmd.silent.*'], no_ack: true });
  return { nats, ours: await nats.ours(), manager };
}

/** When `count` messages are kept, and the pings behind them are answered: nothing but acknowledgements is awaited. */
async function kept({ ours, manager }: Silent, count: number): Promise<void> {
  const has = async () => (await manager.streams.info('SILENT')).state.messages === count;
  await until('the stream has them', has);
  await ours.look(new AbortController().signal);
}

const LOST = { type: 'NatsAway', message: expect.stringContaining('it may have'), retryable: true };
const send = (commands: NatsConnection, target: string, executionId: string = RUN.executionId) =>
  acting({ type: 'command', target_command: target }, { commands }, { run: { executionId } });
const plain = (subject: string) => ({ subject, payload: '{}', headers: {} });

describe('A connection that breaks', () => {
  it('ends the waiting for an acknowledgement with it: it may have come', async (context) => {
    const world = await silent(context);
    const sent = ['1', '2'].map((id) => send(world.ours, 'cmd.silent.a', id));
    await kept(world, 2);
    await world.nats.kill();
    for (const each of sent) expect(await failureOf(each)).toEqual(LOST);
  });

  it('ends the waiting for those of many', async (context) => {
    const world = await silent(context);
    const messages = [plain('cmd.silent.a'), plain('cmd.silent.b')];
    const told = world.ours.publishAll(messages, new AbortController().signal).catch((error: unknown) => error);
    await kept(world, 2);
    await world.nats.kill();
    expect(await told).toMatchObject(LOST);
  });

  it('ends the question which stream takes a subject, of one and of many', async (context) => {
    const { nats, ours } = await silent(context);
    await freeze(nats.pid);
    const asked = send(ours, 'cmd.silent.a');
    const told = ours.publishAll([plain('cmd.b')], new AbortController().signal).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    await nats.kill();
    expect(await failureOf(asked)).toEqual(LOST);
    expect(await told).toMatchObject(LOST);
  });
});

describe('A connection that lasts', () => {
  it('keeps nothing of the messages that it carried, or that were given up', async (context) => {
    const { nats, manager } = await silent(context);
    const keeper = keepNats(natsSettings(nats.url), recordingLog());
    onTestFinished(() => keeper.close());
    await until('it is up', () => keeper.connected());
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const { fallen } = await keeper.live(stop.signal);
    const listeners = () => getEventListeners(fallen, 'abort').length;
    const publish = (signal: AbortSignal) => publishMessage(keeper, plain('cmd.silent.a'), signal);
    const sent = Promise.allSettled(Array.from({ length: 20 }, () => publish(stop.signal)));
    await until('all are kept', async () => (await manager.streams.info('SILENT')).state.messages === 20);
    await until('all wait for their acknowledgements', () => listeners() === 20);
    stop.abort(new Error('given up'));
    expect((await sent).map(({ status }) => status)).toEqual(Array<string>(20).fill('rejected'));
    expect(listeners()).toBe(0);
    await manager.streams.update('SILENT', { no_ack: false });
    expect(await publish(new AbortController().signal)).toMatchObject({ stream: 'SILENT', sequence: 21 });
    expect(listeners()).toBe(0);
    expect(keeper.connected()).toBe(true);
  });
});
