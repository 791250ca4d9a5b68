import { jetstream } from '@nats-io/jetstream';
import type { OutgoingMessage } from '../../api/nats/nats-link.ts';
import { orAborted } from '../or-aborted.ts';
import type { NatsKeeper } from './keep-nats.ts';
import { headersFrom } from './message-headers.ts';
import { lost, sendBounded, sizeOf } from './send-bounded.ts';

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
  const found = await orAborted(signal, Promise.all(subjects.map((subject) => nats.streams.of(subject))));
  const kept = new Set(subjects.filter((_, i) => found[i] !== null));
  if (!keeper.isLive(nats)) throw lost(subjects.join(', '), null);
  const tooLong = messages.filter((message) => {
    const { bytes, most } = sizeOf(nats, message);
    return bytes > most;
  });
  const acknowledged: Promise<unknown>[] = [];
  const send = () => {
    for (const message of messages) {
      if (tooLong.includes(message)) continue;
      const options = { headers: headersFrom(message.headers) };
      if (!kept.has(message.subject)) nats.client.publish(message.subject, message.payload, options);
      else acknowledged.push(jetstream(nats.client).publish(message.subject, message.payload, options));
    }
    // Looked at only once all were sent.
    for (const each of acknowledged) each.catch(() => undefined);
  };
  await sendBounded(nats, { subjects, signal, send });
  await orAborted(signal, Promise.all(acknowledged)).catch((error: unknown) => {
    kept.forEach((subject) => nats.streams.forget(subject));
    throw error;
  });
  return tooLong;
}
