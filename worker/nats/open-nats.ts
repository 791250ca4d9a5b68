import type { Commands, Logger } from '../../activities/deps.ts';
import type { NatsLink } from '../../api/nats/nats-link.ts';
import { keepNats } from './keep-nats.ts';
import type { NatsSettings } from './nats-settings.ts';
import { noNats } from './no-nats.ts';
import { publishAll } from './publish-all.ts';
import { publishMessage } from './publish-message.ts';
import { requestReply } from './request-reply.ts';
import { serveSubject } from './serve-subject.ts';

/** NATS as a process has it: actions send commands by it, the API serves and tells by it, probes ask it. */
export interface NatsConnection extends Commands, NatsLink {
  /** A question to the server and its answer: what it says of itself. Rejects when it is away. */
  look(signal: AbortSignal): Promise<{ server: string; version: string; jetStream: boolean }>;
  close(): Promise<void>;
}

/** Opens the one connection of this process, or what stands for it where none is configured. */
export function openNats(settings: NatsSettings, log: Logger): NatsConnection {
  if (settings.servers.length === 0) return noNats(settings.remedy);
  const keeper = keepNats(settings, log);
  return {
    isConfigured: true,
    connected: () => keeper.connected(),
    publish: (message, signal) => publishMessage(keeper, message, signal),
    publishAll: (messages, signal) => publishAll(keeper, messages, signal),
    request: (message, signal) => requestReply(keeper, message, signal),
    serve: (subject, options) => serveSubject(keeper, subject, options, log),
    async look(signal) {
      const { client } = await keeper.live(signal);
      await client.flush();
      const { version = 'of an unknown version', jetstream = false } = client.info ?? {};
      return { server: client.getServer(), version, jetStream: jetstream };
    },
    close: () => keeper.close(),
  };
}
