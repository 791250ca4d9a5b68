import type { NativeConnection } from '@temporalio/worker';
import type { Probe } from '../../activities/deps.ts';
import type { MqttSettings } from '../mqtt-publisher.ts';
import type { NatsConnection } from '../nats/open-nats.ts';
import { diskProbe, memoryProbe, timeSyncProbe } from './machine-probes.ts';
import { interfacesProbe, namesProbe } from './network-probes.ts';
import { mqttProbe, natsProbe, postgresProbe, temporalProbe } from './service-probes.ts';

export interface ProbedWorld {
  readonly databaseUrl: string;
  readonly temporal: { readonly connection: NativeConnection; readonly address: string; readonly namespace: string };
  readonly mqtt: Pick<MqttSettings, 'username' | 'password' | 'ca'> & { readonly url: string | null };
  /** The process's own connection; null: there is no NATS. */
  readonly nats: Pick<NatsConnection, 'look'> | null;
  readonly natsUrls: readonly string[];
  /** What is written to, by the name that the check is shown under. */
  readonly folders: Readonly<Record<string, string>>;
}

/** THE LIST: what a health check looks at (DECISIONS section 5, system). Brokers that are not configured are left out. */
export function openProbes(world: ProbedWorld): readonly Probe[] {
  const { databaseUrl, temporal, mqtt, nats } = world;
  const { connection, namespace, address } = temporal;
  const describe = () => connection.workflowService.describeNamespace({ namespace });
  const urls = [databaseUrl, `tcp://${address}`, mqtt.url, ...world.natsUrls].filter((url) => url !== null);
  return [
    postgresProbe(databaseUrl),
    temporalProbe(describe, namespace),
    ...(mqtt.url === null ? [] : [mqttProbe({ ...mqtt, url: mqtt.url })]),
    ...(nats === null ? [] : [natsProbe(nats)]),
    ...Object.entries(world.folders).map(([name, folder]) => diskProbe(name, folder)),
    memoryProbe(),
    interfacesProbe(),
    namesProbe(urls),
    timeSyncProbe(),
  ];
}
