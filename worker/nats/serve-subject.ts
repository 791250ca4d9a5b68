import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Logger } from '../../activities/deps.ts';
import type { Reply, Serving } from '../../api/nats/nats-link.ts';
import type { NatsKeeper } from './keep-nats.ts';
import { headersFrom, headersIn } from './message-headers.ts';

/** Answers what comes on a subject, as one of a queue group, at most `atOnce` side by side. */
export function serveSubject(
  keeper: NatsKeeper,
  subject: string,
  { queue, atOnce, answer }: Serving,
  log: Logger,
): { drain(): Promise<void> } {
  const hearing = new Map<Subscription, Promise<void>>();
  const underWay = new Set<Promise<void>>();

  async function take(client: NatsConnection, message: Msg): Promise<void> {
    const incoming = { subject: message.subject, payload: message.string(), headers: headersIn(message) };
    const reply = await answer(incoming).catch((error: unknown): Reply | null => {
      log.error({ error, subject: message.subject }, 'A message could not be answered');
      return null;
    });
    const { reply: inbox = '' } = message;
    if (reply === null || inbox === '' || client.isClosed()) return;
    client.publish(inbox, reply.payload, { headers: headersFrom(reply.headers) });
  }

  async function hear(client: NatsConnection, subscription: Subscription): Promise<void> {
    for await (const message of subscription) {
      const taken: Promise<void> = take(client, message)
        .catch((error: unknown) => log.error({ error, subject: message.subject }, 'A reply could not be sent'))
        .finally(() => underWay.delete(taken));
      underWay.add(taken);
      if (underWay.size >= atOnce) await Promise.race(underWay);
    }
  }

  const leave = keeper.onClient((client) => {
    const subscription = client.subscribe(subject, { queue });
    const heard = hear(client, subscription).catch((error: unknown) => {
      log.error({ error, subject }, 'A subject could not be heard');
    });
    hearing.set(subscription, heard);
    void heard.finally(() => hearing.delete(subscription));
  });
  return {
    async drain() {
      leave();
      const drains = [...hearing].map(async ([subscription, heard]) => {
        if (!subscription.isClosed()) await subscription.drain().catch(() => undefined);
        await heard;
      });
      await Promise.all(drains);
      await Promise.all(underWay);
    },
  };
}
