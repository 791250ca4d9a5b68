import type { RawData } from 'ws';
import { z } from 'zod';

const words = z.array(z.string().max(200)).max(1000);
const lastEventId = z.string().min(1).max(1000);
const filter = { jobs: words.optional(), tags: words.optional(), last_event_id: lastEventId.optional() };

const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('auth'), token: z.string().min(1), ...filter }),
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.literal('subscribe'), ...filter }),
  z.object({ type: z.literal('resume'), ...filter, last_event_id: lastEventId }),
]);

/** What a client may say. */
export type SocketMessage = z.output<typeof message>;

export const KNOWN_MESSAGES =
  'a message is {"type":"ping"}, {"type":"subscribe","jobs":[],"tags":[]}, {"type":"resume","last_event_id":"…"} or {"type":"auth","token":"…"}';

/** A client's message, or null when it is none of those known. */
export function readMessage(data: RawData): SocketMessage | null {
  try {
    return message.safeParse(JSON.parse(textOf(data))).data ?? null;
  } catch {
    return null;
  }
}

function textOf(data: RawData): string {
  return Array.isArray(data) ? Buffer.concat(data).toString() : Buffer.from(data as ArrayBuffer).toString();
}
