import { orAborted } from '../or-aborted.ts';
import type { LiveNats } from './keep-nats.ts';
import { lost } from './send-bounded.ts';

/**
 * What a server's answer on `subject` comes to. Rejects with an ActionFailure at once when the connection breaks: no
 * answer comes then, and the client leaves whoever asked to their timeout. Rejects with the reason of `signal` likewise.
 */
export async function whileUp<T>(
  { fallen }: LiveNats,
  { subject, signal, answer }: { subject: string; signal: AbortSignal; answer: Promise<T> },
): Promise<T> {
  try {
    return await orAborted(fallen, orAborted(signal, answer));
  } catch (error) {
    throw fallen.aborted && error === fallen.reason ? lost(subject, error) : error;
  }
}
