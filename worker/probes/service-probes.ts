import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';
import type { Probe } from '../../activities/deps.ts';
import { openSession } from '../database-session.ts';
import type { NatsConnection } from '../nats/open-nats.ts';
import { orAborted } from '../or-aborted.ts';
import type { MqttSettings } from '../mqtt-publisher.ts';

const CONNECT_MS = 4_000;
/** A share of the server's connections above which others may be refused soon. */
const CROWDED = 0.9;

/** A connection of its own, and a question that the server can only answer from its tables. */
export function postgresProbe(url: string): Probe {
  return {
    name: 'postgres',
    part: 'services',
    async look(signal) {
      const database = await openSession(url, 'almanac-probe', signal);
      try {
        const [answer] = await database.session<{ version: string; jobs: string; connections: number; most: number }>(
          `select current_setting('server_version') as version, (select count(*) from job where deleted_at is null) as jobs,
            (select count(*)::int from pg_stat_activity) as connections, current_setting('max_connections')::int as most`,
        );
        const { version = '', jobs = '', connections = 0, most = 1 } = answer ?? {};
        const detail = `PostgreSQL ${version}, ${jobs} jobs, ${connections} of ${most} connections`;
        return { verdict: connections > CROWDED * most ? 'warning' : 'ok', detail };
      } finally {
        await database.close();
      }
    },
  };
}

/** Asks Temporal for our namespace: it answers only with its own database. */
export function temporalProbe(describeNamespace: () => Promise<unknown>, namespace: string): Probe {
  return {
    name: 'temporal',
    part: 'services',
    async look(signal) {
      await orAborted(signal, describeNamespace());
      return { verdict: 'ok', detail: `the namespace ${namespace} answers` };
    },
  };
}

/** A connection of its own to the broker, with our credentials. */
export function mqttProbe(settings: Pick<MqttSettings, 'url' | 'username' | 'password' | 'ca'>): Probe {
  return {
    name: 'mqtt',
    part: 'services',
    async look(signal) {
      const client = mqtt.connect(settings.url, {
        protocolVersion: 5,
        clientId: `almanac-probe-${randomUUID()}`,
        reconnectPeriod: 0,
        connectTimeout: CONNECT_MS,
        ...(settings.username === null ? {} : { username: settings.username }),
        ...(settings.password === null ? {} : { password: settings.password }),
        ...(settings.ca === null ? {} : { ca: settings.ca }),
      });
      const connected = new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.on('error', reject);
        client.once('close', () => reject(new Error('the broker closed the connection')));
      });
      try {
        await orAborted(signal, connected);
        return { verdict: 'ok', detail: `${new URL(settings.url).host} accepts connections` };
      } finally {
        client.end(true);
      }
    },
  };
}

/** Asks the server over our own connection, which is the one that commands go by. */
export function natsProbe(nats: Pick<NatsConnection, 'look'>): Probe {
  return {
    name: 'nats',
    part: 'services',
    async look(signal) {
      const { server, version, jetStream } = await orAborted(signal, nats.look(signal));
      return { verdict: 'ok', detail: `NATS ${version} at ${server}, ${jetStream ? 'with' : 'without'} JetStream` };
    },
  };
}
