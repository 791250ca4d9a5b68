import { setImmediate as tick } from 'node:timers/promises';
import { ActionFailure } from '../../activities/actions/handler.ts';
import type { CommandMessage } from '../../activities/deps.ts';
import { orAborted } from '../or-aborted.ts';
import type { LiveNats } from './keep-nats.ts';

/** Refuses what the server would break the connection for: a message that is longer than it takes. */
export function requireFits(nats: LiveNats, message: CommandMessage): void {
  const { bytes, most } = sizeOf(nats, message);
  if (bytes <= most) return;
  const text = `The message to ${message.subject} has ${bytes} bytes with its headers, and the NATS server takes ${most} (max_payload): send less, or raise it there.`;
  throw new ActionFailure('PayloadTooLarge', text, { retryable: false });
}

/** A message's bytes with its headers, and what the server takes at most. */
export function sizeOf({ client }: LiveNats, { payload, headers }: CommandMessage): { bytes: number; most: number } {
  const most = client.info?.max_payload ?? Number.POSITIVE_INFINITY;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return { bytes: Buffer.byteLength(`NATS/1.0\r\n${lines.join('')}\r\n`) + Buffer.byteLength(payload), most };
}

/**
 * Sends by `send`, and waits until the server has answered a ping that went out behind it: it has the message then. When
 * `signal` aborts before, the connection is cut, so that nothing which still lies here can go out later.
 */
export async function sendBounded(
  nats: LiveNats,
  { subjects, signal, send }: { subjects: readonly string[]; signal: AbortSignal; send: () => void },
): Promise<void> {
  signal.throwIfAborted();
  const before = subjects.map((subject) => nats.violations(subject));
  send();
  const pinged = nats.client.flush();
  let isThere = false;
  try {
    await orAborted(signal, pinged);
    isThere = true;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw lost(subjects.join(', '), error);
  } finally {
    if (!isThere && signal.aborted) await cut(nats);
  }
  // The refusal comes before the ping's answer, and is told a moment after it.
  await tick();
  const refused = subjects.find((subject, i) => nats.violations(subject) > (before[i] ?? 0));
  if (refused !== undefined) throw forbidden(refused);
}

async function cut({ client }: LiveNats): Promise<void> {
  await client.reconnect().catch(() => undefined);
}

export function lost(subject: string, cause: unknown): ActionFailure {
  const message = `The connection to NATS broke before ${subject} was known to have arrived; it may have.`;
  return new ActionFailure('NatsAway', message, { retryable: true, cause });
}

export function forbidden(subject: string): ActionFailure {
  const message = `The NATS server forbids us to publish to ${subject}: allow it to our user there, or name another subject.`;
  return new ActionFailure('NotPermitted', message, { retryable: false });
}
