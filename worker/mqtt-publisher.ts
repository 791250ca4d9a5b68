import type { Duplex } from 'node:stream';
import mqtt from 'mqtt';
import type { Logger, Publication, Publisher } from '../activities/deps.ts';
import type { Stopping } from '../activities/stop.ts';

export interface MqttSettings {
  readonly url: string;
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly ca: string | null;
}

export interface MqttConnection extends Publisher {
  /**
   * Follows a topic filter; `onMessage` hears every message on it, the retained ones only where `retained` is not false.
   * Returns how to stop.
   */
  subscribe(
    filter: string,
    onMessage: (topic: string, payload: Buffer) => void,
    options?: { readonly retained: boolean },
  ): () => void;
  connected(): boolean;
  /** A ping to the broker and its answer. Rejects when it is away, and when `signal` aborts. */
  look(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * One MQTT 5 connection that comes back by itself, with backoff. Publishes only while connected; a publish that is
 * aborted leaves the client's queue, so that nothing goes out after it was settled as failed (DESIGN section 3).
 */
export function connectMqtt(settings: MqttSettings, log: Logger): MqttConnection {
  let waitMs = FIRST_WAIT_MS;
  const followers: { filter: string; follow: (topic: string, payload: Buffer) => void }[] = [];
  const client = mqtt.connect(settings.url, {
    protocolVersion: 5,
    clientId: settings.clientId,
    clean: true,
    queueQoSZero: false,
    // Its own debug lines cost a publish a tenth even where nobody reads them.
    log: () => undefined,
    reconnectPeriod: FIRST_WAIT_MS,
    resubscribe: true,
    ...(settings.username === null ? {} : { username: settings.username }),
    ...(settings.password === null ? {} : { password: settings.password }),
    ...(settings.ca === null ? {} : { ca: settings.ca }),
  });
  // Every publish that waits for the connection listens for it.
  client.setMaxListeners(0);
  client.on('connect', () => {
    waitMs = FIRST_WAIT_MS;
    client.options.reconnectPeriod = waitMs;
    log.info({}, 'MQTT connected');
  });
  client.on('close', () => {
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    client.options.reconnectPeriod = waitMs;
  });
  client.on('error', (error) => log.warn({ error: error.message }, 'MQTT connection failed; trying again'));
  client.on('message', (topic, payload) => {
    for (const { filter, follow } of followers) if (matches(filter, topic)) follow(topic, payload);
  });

  return {
    publish: (publication, stop) => publish(client, publication, stop),
    connected: () => client.connected,
    look: (signal) => pinged(client, signal),
    subscribe(filter, onMessage, { retained } = { retained: true }) {
      const follower = { filter, follow: onMessage };
      followers.push(follower);
      client.subscribeAsync(filter, { qos: 1, rh: retained ? 0 : 2 }).catch((error: unknown) => {
        log.warn({ error, filter }, 'A topic could not be subscribed; it is again at the next connection');
      });
      return () => {
        followers.splice(followers.indexOf(follower), 1);
        if (followers.some((other) => other.filter === filter)) return;
        client.unsubscribeAsync(filter).catch((error: unknown) => {
          log.warn({ error, filter }, 'A topic could not be left; what comes on it is not heeded');
        });
      };
    },
    async close() {
      await client.endAsync(false);
    },
  };
}

function publish(client: mqtt.MqttClient, publication: Publication, stop: Stopping): Promise<void> {
  const { topic, payload, qos, retain, userProperties, expirySeconds } = publication;
  return new Promise((resolve, reject) => {
    let wanted = true;
    const settle = (error?: Error | null) => {
      wanted = false;
      stop.removeEventListener('abort', abandon);
      client.off('connect', send);
      if (error == null) resolve();
      else reject(error);
    };
    let messageId: number | undefined;
    const abandon = () => {
      settle(stop.reason as Error);
      if (messageId !== undefined) client.removeOutgoingMessage(messageId);
    };
    const send = () => {
      if (!wanted) return;
      gatherWrites(client.stream);
      client.publish(
        topic,
        payload,
        { qos, retain, properties: { messageExpiryInterval: expirySeconds, userProperties: { ...userProperties } } },
        (error, packet) => {
          if (wanted) settle(error ?? refusal(packet));
        },
      );
      if (qos > 0) messageId = client.getLastMessageId();
    };
    stop.addEventListener('abort', abandon, { once: true });
    if (stop.aborted) abandon();
    else if (client.connected) send();
    else client.once('connect', send);
  });
}

/** Any packet of the broker's may come first; only its answer to a ping says that it takes what we send. */
function pinged(client: mqtt.MqttClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!client.connected) return reject(new Error('the connection is away'));
    const settle = (then: () => void) => {
      client.off('packetreceive', hear);
      client.off('close', breaks);
      signal.removeEventListener('abort', abandon);
      then();
    };
    const hear = ({ cmd }: { cmd: string }) => cmd === 'pingresp' && settle(resolve);
    const breaks = () => settle(() => reject(new Error('the connection broke')));
    const abandon = () => settle(() => reject(signal.reason as Error));
    client.on('packetreceive', hear);
    client.once('close', breaks);
    signal.addEventListener('abort', abandon, { once: true });
    if (signal.aborted) return abandon();
    client.sendPing();
  });
}

const gathering = new WeakSet<Duplex>();

/**
 * A clock's tick publishes many messages at once: they leave in one write, not in one each. And in one piece: a packet
 * is written in some thirty chunks, and joining them costs less than the kernel's gathering of so many.
 */
function gatherWrites(stream: Duplex): void {
  if (gathering.has(stream)) return;
  gathering.add(stream);
  if (!Object.hasOwn(stream, '_writev')) {
    stream._writev = (parts, done) => stream._write(joined(parts), 'buffer' as BufferEncoding, done);
  }
  stream.cork();
  setImmediate(() => {
    gathering.delete(stream);
    stream.uncork();
  });
}

/** Of one UTF-16 unit in UTF-8: counting them costs as much as writing them. */
const MOST_BYTES = 3;

function joined(parts: readonly { chunk: string | Buffer; encoding: BufferEncoding }[]): Buffer {
  let atMost = 0;
  for (const { chunk } of parts) atMost += typeof chunk === 'string' ? chunk.length * MOST_BYTES : chunk.length;
  const whole = Buffer.allocUnsafe(atMost);
  let at = 0;
  for (const { chunk, encoding } of parts) {
    if (typeof chunk === 'string') {
      at += whole.write(chunk, at, encoding);
    } else {
      whole.set(chunk, at);
      at += chunk.length;
    }
  }
  return whole.subarray(0, at);
}

/** A broker that answers a QoS 1 or 2 publish with a reason of 0x80 or more refused it (MQTT 5, section 3.4.2.1). */
function refusal(packet: unknown): Error | null {
  const code = (packet as { reasonCode?: number } | undefined)?.reasonCode ?? 0;
  return code < 0x80 ? null : new Error(`The broker refused the message (reason code 0x${code.toString(16)}).`);
}

/** Whether a topic falls under a filter with `+` and `#` (MQTT 5, section 4.7). */
function matches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true;
    if (levels[i] === undefined || (level !== '+' && level !== levels[i])) return false;
  }
  return wanted.length === levels.length;
}
