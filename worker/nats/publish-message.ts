import { jetstream, JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { ActionFailure } from '../../activities/actions/handler.ts';
import type { CommandMessage, CommandReceipt } from '../../activities/deps.ts';
import { causesOf } from './causes.ts';
import type { LiveNats, NatsKeeper } from './keep-nats.ts';
import { headersFrom } from './message-headers.ts';
import { forbidden, lost, requireFits, sendBounded } from './send-bounded.ts';
import { whileUp } from './while-up.ts';

const ACKNOWLEDGED_WITHIN_MS = 10_000;

/** Publishes: to the stream that takes the subject, which acknowledges; else to the server, which passes it on. */
export async function publishMessage(
  keeper: NatsKeeper,
  message: CommandMessage,
  signal: AbortSignal,
): Promise<CommandReceipt> {
  const nats = await keeper.live(signal);
  requireFits(nats, message);
  const stream = await streamOf(nats, message.subject, signal);
  if (!keeper.isLive(nats)) throw lost(message.subject, null);
  if (stream !== null) return publishToStream(nats, stream, message, signal);
  const { subject, payload, headers } = message;
  const send = () => nats.client.publish(subject, payload, { headers: headersFrom(headers) });
  await sendBounded(nats, { subjects: [subject], signal, send });
  return { stream: null, sequence: null, duplicate: false };
}

/** The stream that takes a subject. Rejects with an ActionFailure when JetStream does not say. */
export async function streamOf(nats: LiveNats, subject: string, signal: AbortSignal): Promise<string | null> {
  try {
    return await whileUp(nats, { subject, signal, answer: nats.streams.of(subject) });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof ActionFailure) throw error;
    const message = `JetStream does not say whether a stream takes ${subject} (${String(error)}): look whether it has its quorum.`;
    throw new ActionFailure('NotAcknowledged', message, { retryable: true, cause: error });
  }
}

async function publishToStream(
  nats: LiveNats,
  stream: string,
  { subject, payload, headers }: CommandMessage,
  signal: AbortSignal,
): Promise<CommandReceipt> {
  let acknowledged: Promise<{ stream: string; seq: number; duplicate: boolean }> | undefined;
  const send = () => {
    const options = { headers: headersFrom(headers), timeout: ACKNOWLEDGED_WITHIN_MS };
    acknowledged = jetstream(nats.client).publish(subject, payload, options);
    acknowledged.catch(() => undefined);
  };
  try {
    await sendBounded(nats, { subjects: [subject], signal, send });
    if (acknowledged === undefined) throw new Error('nothing was sent');
    const ack = await whileUp(nats, { subject, signal, answer: acknowledged });
    return { stream: ack.stream, sequence: ack.seq, duplicate: ack.duplicate };
  } catch (error) {
    if (signal.aborted || error instanceof ActionFailure) throw error;
    nats.streams.forget(subject);
    throw failureOf(error, subject, stream);
  }
}

function failureOf(error: unknown, subject: string, stream: string): ActionFailure {
  const fail = (type: string, message: string) => new ActionFailure(type, message, { retryable: true, cause: error });
  const causes = causesOf(error);
  if (causes.some((cause) => cause instanceof errors.PermissionViolationError)) return forbidden(subject);
  if (causes.some((cause) => cause instanceof errors.TimeoutError)) {
    const seconds = ACKNOWLEDGED_WITHIN_MS / 1000;
    return fail('NotAcknowledged', `The stream ${stream} did not acknowledge ${subject} within ${seconds} s.`);
  }
  if (causes.some((cause) => cause instanceof errors.NoRespondersError)) {
    return fail('NoResponders', `The stream ${stream} does not take ${subject} any more.`);
  }
  const refusal = causes.find((cause) => cause instanceof JetStreamApiError);
  if (refusal !== undefined) {
    return fail('NotAcknowledged', `The stream ${stream} refused ${subject}: ${refusal.message} (${refusal.code}).`);
  }
  return lost(subject, error);
}
