import { join } from 'node:path';
import type { NativeConnection } from '@temporalio/worker';
import type { Deps, Logger } from '../activities/deps.ts';
import { openBackups } from '../worker/backup/open-backups.ts';
import { followValues } from '../worker/latest-values.ts';
import type { MqttConnection } from '../worker/mqtt-publisher.ts';
import type { NatsConnection } from '../worker/nats/open-nats.ts';
import { openProbes } from '../worker/probes/open-probes.ts';
import { openRelays } from '../worker/relays/open-relays.ts';
import { openRuleBook } from '../worker/rule-book.ts';
import { openSandbox } from '../worker/sandbox/open-sandbox.ts';
import { openReviews } from '../worker/reviews/open-reviews.ts';
import { openWebhooks } from '../worker/webhooks/open-webhooks.ts';
import type { Config } from './config.ts';

type World = Pick<
  Deps,
  | 'publisher'
  | 'relay'
  | 'sandbox'
  | 'webhooks'
  | 'commands'
  | 'commandRules'
  | 'rules'
  | 'probes'
  | 'backups'
  | 'reviews'
  | 'memoryPerJobMb'
  | 'deviceId'
  | 'environment'
  | 'latestValue'
  | 'leaseMs'
  | 'dependencyTimeoutMs'
>;

/** Opens what actions touch of the world outside, each by its configuration. */
export function openWorld(
  config: Config,
  given: { mqtt: MqttConnection; nats: NatsConnection; connection: NativeConnection; log: Logger },
): World {
  const { mqtt, nats, connection } = given;
  const { actions, runs, service, templates, temporal } = config;
  const expirySeconds = Math.ceil(runs.leaseMs / 1000);
  const backupFolder = join(service.home, 'backups');
  return {
    publisher: mqtt,
    relay: openRelays(actions.relays, { mqtt, home: service.home, expirySeconds }),
    sandbox: openSandbox(actions.sandboxDir),
    webhooks: openWebhooks({
      allow: actions.webhookAllow,
      secrets: actions.webhookSecrets,
      userAgent: `${service.name}/${service.version}`,
      now: () => Date.now(),
    }),
    commands: nats,
    commandRules: config.limits.commands,
    rules: openRuleBook(actions.rules),
    probes: openProbes({
      databaseUrl: config.database.url,
      temporal: { connection, address: temporal.address, namespace: temporal.namespace },
      mqtt: config.mqtt,
      nats: nats.isConfigured ? nats : null,
      natsUrls: config.nats.servers,
      folders: { sandbox: actions.sandboxDir, backups: backupFolder },
    }),
    backups: openBackups({ databaseUrl: config.database.url, folder: backupFolder, now: () => Date.now() }),
    reviews: openReviews(actions.reviewConnections),
    memoryPerJobMb: runs.memoryPerJobMb,
    leaseMs: runs.leaseMs,
    dependencyTimeoutMs: runs.dependencyTimeoutMs,
    deviceId: templates.deviceId,
    environment: templates.variables,
    latestValue: followValues(mqtt, config.mqtt.values),
  };
}
