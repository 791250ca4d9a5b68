import { createInbox, type Msg } from '@nats-io/transport-node';
import { ActionFailure } from '../../activities/actions/handler.ts';
import type { CommandMessage, CommandReply } from '../../activities/deps.ts';
import { orAborted } from '../or-aborted.ts';
import type { NatsKeeper } from './keep-nats.ts';
import { headersFrom, headersIn } from './message-headers.ts';
import { streamOf } from './publish-message.ts';
import { lost, requireFits, sendBounded } from './send-bounded.ts';

/** Where to reply, for receivers that have the message from a stream: there the message's own reply subject is another. */
const REPLY_TO = 'X-Reply-To';

/** Sends a message and resolves with the first reply. A stream's acknowledgement is none. */
export async function requestReply(
  keeper: NatsKeeper,
  { subject, payload, headers }: CommandMessage,
  signal: AbortSignal,
): Promise<CommandReply> {
  const nats = await keeper.live(signal);
  const inbox = createInbox();
  const message = { subject, payload, headers: { ...headers, [REPLY_TO]: inbox } };
  requireFits(nats, message);
  const stream = await streamOf(nats, subject, signal);
  if (!keeper.isLive(nats)) throw lost(subject, null);
  let hear: (reply: Msg) => void = () => undefined;
  const replied = new Promise<Msg>((resolve) => (hear = resolve));
  const subscription = nats.client.subscribe(inbox, {
    callback: (error, reply) => {
      if (error === null && !isAcknowledged(reply, stream)) hear(reply);
    },
  });
  const gone = subscription.closed.then(() => Promise.reject(lost(subject, null)));
  try {
    const options = { reply: inbox, headers: headersFrom(message.headers) };
    const send = () => nats.client.publish(subject, payload, options);
    await sendBounded(nats, { subjects: [subject], signal, send });
    const reply = await orAborted(signal, Promise.race([replied, gone]));
    if (reply.headers?.code === 503 && reply.data.length === 0) {
      const text = `Nobody listens on ${subject}: start the service that takes this command, or correct target_command.`;
      throw new ActionFailure('NoResponders', text, { retryable: true });
    }
    const refusal = stream === null ? null : refusalOf(reply, stream);
    if (refusal !== null) {
      const text = `The stream ${stream} refused ${subject}: ${refusal}.`;
      throw new ActionFailure('NotAcknowledged', text, { retryable: true });
    }
    return { payload: reply.string(), headers: headersIn(reply) };
  } finally {
    if (!subscription.isClosed()) subscription.unsubscribe();
  }
}

/** What a stream says of a message that came to it (ADR-1): that it keeps it, as which, or why not. */
interface StreamAnswer {
  readonly stream?: unknown;
  readonly seq?: unknown;
  readonly error?: { readonly description?: unknown };
}

function answerOf(reply: Msg, stream: string): StreamAnswer | null {
  try {
    const said = reply.json<StreamAnswer | null>();
    return said?.stream === stream ? said : null;
  } catch {
    return null;
  }
}

function isAcknowledged(reply: Msg, stream: string | null): boolean {
  const said = stream === null ? null : answerOf(reply, stream);
  return said !== null && typeof said.seq === 'number' && said.error === undefined;
}

function refusalOf(reply: Msg, stream: string): string | null {
  const description = answerOf(reply, stream)?.error?.description;
  return typeof description === 'string' ? description : null;
}
