import { jetstream } from '@nats-io/jetstream';
import type { OutgoingMessage } from '../../api/nats/nats-link.ts';
import type { NatsKeeper } from './keep-nats.ts';
import { headersFrom } from './message-headers.ts';
import { lost, sendBounded, sizeOf } from './send-bounded.ts';
import { whileUp } from './while-up.ts';

/** Sends many in one go and in their order; resolves with those that were too long, when all others have arrived. */
export async function publishAll(
  keeper: NatsKeeper,
  messages: readonly OutgoingMessage[],
  signal: AbortSignal,
): Promise<readonly OutgoingMessage[]> {
  if (messages.length === 0) return [];
  const nats = await keeper.live(signal);
  const subjects = [...new Set(messages.map(({ subject }) => subject))];
  // Asked first for all of them, or those whose stream is known would overtake the others.
  const subject = subjects.join(', ');
  const lookups = Promise.all(subjects.map((each) => nats.streams.of(each)));
  const found = await whileUp(nats, { subject, signal, answer: lookups });
  const kept = new Set(subjects.filter((_, i) => found[i] !== null));
  if (!keeper.isLive(nats)) throw lost(subject, null);
  const tooLong = messages.filter((message) => {
    const { bytes, most } = sizeOf(nats, message);
    return bytes > most;
  });
  let acknowledged: Promise<unknown> = Promise.resolve();
  const send = () => {
    const asked: Promise<unknown>[] = [];
    for (const message of messages) {
      if (tooLong.includes(message)) continue;
      const options = { headers: headersFrom(message.headers) };
      if (!kept.has(message.subject)) nats.client.publish(message.subject, message.payload, options);
      else asked.push(jetstream(nats.client).publish(message.subject, message.payload, options));
    }
    // Looked at only once all were sent.
    acknowledged = Promise.all(asked);
    acknowledged.catch(() => undefined);
  };
  await sendBounded(nats, { subjects, signal, send });
  await whileUp(nats, { subject, signal, answer: acknowledged }).catch((error: unknown) => {
    kept.forEach((each) => nats.streams.forget(each));
    throw error;
  });
  return tooLong;
}
