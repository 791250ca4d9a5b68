import type { Engine } from '../api/engine/engine.ts';
import type { Probe } from '../api/http/health.ts';
import { databaseNow, type Db } from '../db/connect.ts';
import type { MqttConnection } from '../worker/mqtt-publisher.ts';
import type { NatsConnection } from '../worker/nats/open-nats.ts';
import { mqttProbe } from '../worker/probes/service-probes.ts';
import type { Config } from './config.ts';

/** Without the database nothing is known, without Temporal nothing fires; brokers are away for some runs only. */
export const VITAL = ['database', 'temporal'] as const;

/**
 * What `/health` looks at: everything that is configured, by a question that only the dependency itself can answer. MQTT
 * is asked over our own connection where this process has one (it has a worker), else over one of the probe's own.
 */
export function healthProbes(given: {
  config: Config;
  db: Db;
  engine: Engine;
  mqtt: Pick<MqttConnection, 'look'> | null;
  nats: Pick<NatsConnection, 'isConfigured' | 'connected' | 'look'>;
}): Record<string, Probe> {
  const { config, db, engine, mqtt, nats } = given;
  const { url, ...signIn } = config.mqtt;
  const lookAtMqtt: Probe =
    mqtt === null ? asked(mqttProbe({ ...signIn, url: url ?? '' })) : (signal) => mqtt.look(signal);
  return {
    database: async () => void (await databaseNow(db)),
    temporal: () => engine.ensureReachable({ afresh: true }),
    ...(url !== null && { mqtt: lookAtMqtt }),
    ...(nats.isConfigured && { nats: (signal: AbortSignal) => lookAtNats(nats, signal) }),
  };
}

function asked(probe: { look(signal: AbortSignal): Promise<unknown> }): Probe {
  return async (signal) => void (await probe.look(signal));
}

/** A run waits a moment for a connection that is away; who asks for our health need not. */
async function lookAtNats(nats: Pick<NatsConnection, 'connected' | 'look'>, signal: AbortSignal): Promise<void> {
  if (!nats.connected()) throw new Error('the connection is away');
  await nats.look(signal);
}
