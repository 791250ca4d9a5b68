import { z } from 'zod';
import {
  headerList,
  hostAndPort,
  limit,
  list,
  oneOf,
  port,
  ports,
  secret32,
  share,
  structure,
  timezone,
  url,
  whole,
} from './settings.ts';
import { commandSchemas, commandWhitelist } from '../domain/command-rules.ts';
import { relaysSchema } from '../domain/relays.ts';
import { notifyWebhooksSchema } from '../domain/notify-webhooks.ts';
import { rulesSchema } from '../domain/rules.ts';
import { mqttValues, reviewConnections, webhookAllow } from './structures.ts';

const DAY_S = 86_400;
const text = z.string();
const NOT_CREDS = 'give the text of a .creds file, with its JWT and its seed, best by NATS_CREDS_FILE';

/** Every variable of the service with its default, beside `VAR_*`. The names are the documents' (commands.txt, Configuration). */
export function variables(readText: (path: string) => string) {
  return z.object({
    SERVICE_NAME: text.default('scheduler-service'),
    SERVICE_VERSION: text.default('1.0.0'),
    ALMANAC_MODE: oneOf(['embedded', 'standalone']).default('standalone'),
    ALMANAC_HOME: text.default('.almanac'),
    LOG_LEVEL: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
    DRAIN_SECONDS: whole(0, 600).default(20),

    OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https').optional(),
    OTEL_EXPORTER_OTLP_HEADERS: headerList.default({}),
    OTEL_TRACES_SAMPLER_ARG: share.default(1),

    API_PORT: port.default(8008),
    API_HOST: text.optional(),
    API_EXTRA_PORTS: ports.default([]),
    OPEN_FACES: oneOf(['loopback', 'none']).default('none'),
    RATE_LIMIT_READ: limit(1_000_000).default(100),
    RATE_LIMIT_WRITE: limit(1_000_000).default(20),
    METRICS_TOKEN: secret32.regex(/^\S+$/, 'give it without blanks: it goes as "Bearer <token>"').optional(),

    JWT_SECRET: secret32.optional(),
    JWT_JWKS_URL: url('https', 'http').optional(),
    JWT_ISSUER: text.optional(),
    JWT_AUDIENCE: text.optional(),

    DATABASE_URL: url('postgres', 'postgresql'),
    DATABASE_POOL_SIZE: whole(2, 500).default(20),
    RETENTION_DAYS: whole(1, 36_500).default(90),
    REDIS_URL: url('redis', 'rediss').optional(),

    TEMPORAL_ADDRESS: hostAndPort.default('127.0.0.1:7233'),
    TEMPORAL_NAMESPACE: text.default('default'),
    TEMPORAL_UI_URL: url('http', 'https').optional(),

    MQTT_URL: url('mqtt', 'mqtts', 'ws', 'wss', 'tcp', 'ssl').optional(),
    MQTT_USERNAME: text.optional(),
    MQTT_PASSWORD: text.optional(),
    MQTT_CA: text.regex(/-----BEGIN CERTIFICATE-----/, 'give certificates as PEM, best by MQTT_CA_FILE').optional(),
    /** Several servers of one cluster, separated by commas. */
    NATS_URL: list.pipe(z.array(url('nats', 'tls'))).optional(),
    NATS_USERNAME: text.optional(),
    NATS_PASSWORD: text.optional(),
    NATS_TOKEN: text.optional(),
    NATS_NKEY: text.regex(/^SU[A-Z2-7]{56}$/, 'give the seed of a user, which begins with SU').optional(),
    NATS_CREDS: text.regex(/-----BEGIN NATS USER JWT-----[^]*-----BEGIN USER NKEY SEED-----/, NOT_CREDS).optional(),
    NATS_CA: text.regex(/-----BEGIN CERTIFICATE-----/, 'give certificates as PEM, best by NATS_CA_FILE').optional(),
    NATS_CERT: text
      .regex(/-----BEGIN CERTIFICATE-----/, 'give a certificate as PEM, best by NATS_CERT_FILE')
      .optional(),
    NATS_KEY: text.regex(/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'give a key as PEM, best by NATS_KEY_FILE').optional(),
    NATS_EVENTS: oneOf(['on', 'off']).default('on'),
    NATS_COMMANDS: oneOf(['token', 'open', 'off']).default('token'),

    SCHEDULER_TIMEZONE: timezone.default('UTC'),
    SCHEDULER_MISFIRE_GRACE_TIME: whole(1, DAY_S, 'seconds').optional(),
    SCHEDULER_MAX_INSTANCES: whole(1, 1000).default(3),
    SCHEDULER_EXECUTOR_POOL_SIZE: whole(1, 10_000).default(10),
    MAX_JOBS: limit(10_000_000).default(100),
    MAX_CONCURRENT_EXECUTIONS: whole(1, 100_000).default(50),
    EXECUTION_TIMEOUT_SECONDS: whole(1, 30 * DAY_S, 'seconds').default(300),
    LOCK_TIMEOUT_SECONDS: whole(15, DAY_S, 'seconds').default(300),
    MEMORY_PER_JOB_MB: whole(1, 1_000_000).default(50),
    CLOCK_CAPACITY: whole(1, 1000).default(250),
    CONFLICT_POLICY: oneOf(['resources', 'reject', 'allow']).default('resources'),
    DEPENDENCY_TIMEOUT: whole(1, 30 * DAY_S, 'seconds').default(3600),

    MAX_SCHEDULE_LOOKAHEAD_DAYS: whole(1, 36_500).default(365),
    DEFAULT_MAX_RETRIES: whole(0, 100).default(3),
    DEFAULT_RETRY_DELAY: whole(0, DAY_S, 'seconds').default(300),
    MAX_SCHEDULES_PER_CREATOR: limit(10_000_000).default(1000),

    DEVICE_ID: text.optional(),
    SANDBOX_DIR: text.optional(),
    FUNCTIONS_DIR: text.optional(),
    EXAMPLE_FUNCTIONS: oneOf(['0', '1']).default('0'),
    COMMAND_WHITELIST: list.pipe(commandWhitelist).default(['cmd.>']),
    COMMAND_SCHEMAS: structure(commandSchemas, readText).default({}),
    RELAYS: structure(relaysSchema, readText).default({}),
    MQTT_VALUES: structure(mqttValues, readText).default({}),
    RULES_FILE: structure(rulesSchema, readText).default({}),
    REVIEW_CONNECTIONS: structure(reviewConnections, readText).default({}),
    /** Secrets that webhooks are signed with (Standard Webhooks, `whsec_…`); several while one is being replaced. */
    WEBHOOK_SECRETS: list.default([]),
    WEBHOOK_ALLOW: structure(webhookAllow, readText).default([]),
    NOTIFY_WEBHOOKS: structure(notifyWebhooksSchema, readText).default([]),
  });
}

export const VARIABLE_NAMES: readonly string[] = Object.keys(variables(() => '').shape);

/** Values that no message may show: secrets, and addresses and structures that may hold one. */
export const UNSPOKEN: ReadonlySet<string> = new Set([
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'JWT_SECRET',
  'JWT_JWKS_URL',
  'METRICS_TOKEN',
  'DATABASE_URL',
  'REDIS_URL',
  'MQTT_URL',
  'MQTT_PASSWORD',
  'MQTT_CA',
  'NATS_URL',
  'NATS_PASSWORD',
  'NATS_TOKEN',
  'NATS_NKEY',
  'NATS_CREDS',
  'NATS_CA',
  'NATS_CERT',
  'NATS_KEY',
  'COMMAND_SCHEMAS',
  'RELAYS',
  'MQTT_VALUES',
  'RULES_FILE',
  'REVIEW_CONNECTIONS',
  'WEBHOOK_ALLOW',
  'WEBHOOK_SECRETS',
  'NOTIFY_WEBHOOKS',
]);
