import { join } from 'node:path';
import type { z } from 'zod';
import { EMBEDDED_RELAYS, type RelaysConfig } from '../domain/relays.ts';
import { rulesFault } from '../domain/rules.ts';
import type { Json } from '../domain/json.ts';
import { jsonOfText } from '../domain/templates.ts';
import type { Environment, WrongVariable } from './env.ts';
import { natsFaults, natsOf } from './nats/nats-config.ts';
import { reviewConnectionsOf } from './review-connections.ts';
import { UNSPOKEN, variables } from './variables.ts';

export type Values = z.output<ReturnType<typeof variables>>;
/** Which parts run in this process: the API alone needs a way to check credentials. */
export interface Parts {
  readonly api: boolean;
  readonly worker: boolean;
}

/** The whole configuration of a service process, checked. */
export type Config = { readonly [Group in keyof Grouped]: Readonly<Grouped[Group]> };
type Grouped = ReturnType<typeof grouped>;

const VARIABLE = /^VAR_(.*)$/;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Throws one error that names every wrong variable, why, and what to write. */
export function loadConfig(environment: Environment, parts: Parts = { api: true, worker: true }): Config {
  const parsed = variables((path) => environment.readText(path)).safeParse(environment.values);
  const unread = new Set(environment.wrong.map(({ name }) => name.replace(/_FILE$/, '')));
  const found = parsed.success ? together(parsed.data, parts, environment) : faultsOf(parsed.error, environment.values);
  const wrong = [
    ...environment.wrong,
    // What could not be read is not missing as well.
    ...found.filter(({ name }) => !unread.has(name)),
    ...wrongTemplateVariables(environment.values),
  ];
  if (!parsed.success || wrong.length > 0) {
    const lines = wrong.map(({ name, message }) => `  ${name} ${message}`);
    throw new Error(`The configuration is wrong; nothing was started:\n${lines.join('\n')}`);
  }
  return deepFreeze(grouped(parsed.data, environment));
}

/** What one variable can't know of another. */
function together(values: Values, parts: Parts, environment: Environment): WrongVariable[] {
  const wrong: WrongVariable[] = [...reviewConnectionsOf(values, environment).wrong];
  const check = (good: boolean, name: string, message: string) => good || wrong.push({ name, message });
  const canCheck = values.JWT_SECRET !== undefined || values.JWT_JWKS_URL !== undefined;
  check(
    !parts.api || canCheck,
    'JWT_SECRET',
    'is not set, nor is JWT_JWKS_URL: the API needs one of them to check tokens',
  );
  const open = values.OPEN_FACES === 'loopback';
  const why = 'is "loopback", which only the embedded start may use (ALMANAC_MODE=embedded): write none';
  check(!open || values.ALMANAC_MODE === 'embedded', 'OPEN_FACES', why);
  const unruly = rulesFault(values.RULES_FILE, Object.keys(relaysOf(values)));
  check(unruly === null, 'RULES_FILE', `is wrong: ${unruly}`);
  for (const { name, message } of natsFaults(values)) check(false, name, message);
  const twice = values.API_EXTRA_PORTS.includes(values.API_PORT);
  check(!twice, 'API_EXTRA_PORTS', `names ${values.API_PORT}, which is API_PORT already: leave it out`);
  return wrong;
}

function faultsOf(error: z.ZodError, values: Readonly<Record<string, string>>): WrongVariable[] {
  return error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const given = values[name];
    if (given === undefined) return { name, message: 'is not set, and has no default' };
    return { name, message: UNSPOKEN.has(name) ? `is wrong: ${issue.message}` : `is "${given}": ${issue.message}` };
  });
}

function templateVariables(values: Readonly<Record<string, string>>): Record<string, Json> {
  const found = Object.entries(values).flatMap(([name, value]) => {
    const variable = VARIABLE.exec(name)?.[1];
    return variable === undefined ? [] : [[variable, jsonOfText(value)] as const];
  });
  return Object.fromEntries(found);
}

function wrongTemplateVariables(values: Readonly<Record<string, string>>): WrongVariable[] {
  const bad = Object.keys(templateVariables(values)).filter((name) => !VARIABLE_NAME.test(name));
  return bad.map((name) => ({
    name: `VAR_${name}`,
    message: 'names no template variable: use letters, digits and "_"',
  }));
}

function grouped(v: Values, environment: Environment) {
  const embedded = v.ALMANAC_MODE === 'embedded';
  const { connections: reviewConnections } = reviewConnectionsOf(v, environment);
  const redis = 'REDIS_URL is accepted and not needed: the lock of an execution is its row in Postgres.';
  return {
    service: { name: v.SERVICE_NAME, version: v.SERVICE_VERSION, mode: v.ALMANAC_MODE, home: v.ALMANAC_HOME },
    log: { level: v.LOG_LEVEL },
    tracing: {
      endpoint: v.OTEL_EXPORTER_OTLP_ENDPOINT ?? null,
      headers: v.OTEL_EXPORTER_OTLP_HEADERS,
      share: v.OTEL_TRACES_SAMPLER_ARG,
    },
    /** What is said once at the start. */
    notes: v.REDIS_URL === undefined ? [] : [redis],
    drainMs: v.DRAIN_SECONDS * 1000,
    api: {
      host: v.API_HOST ?? (embedded ? '127.0.0.1' : '0.0.0.0'),
      port: v.API_PORT,
      extraPorts: v.API_EXTRA_PORTS,
      openFaces: v.OPEN_FACES,
      rateLimits: { read: v.RATE_LIMIT_READ, write: v.RATE_LIMIT_WRITE },
      metricsToken: v.METRICS_TOKEN ?? null,
    },
    auth: {
      secret: v.JWT_SECRET ?? null,
      jwksUrl: v.JWT_JWKS_URL ?? null,
      issuer: v.JWT_ISSUER ?? null,
      audience: v.JWT_AUDIENCE ?? null,
    },
    database: { url: v.DATABASE_URL, poolSize: v.DATABASE_POOL_SIZE, retentionDays: v.RETENTION_DAYS },
    temporal: { address: v.TEMPORAL_ADDRESS, namespace: v.TEMPORAL_NAMESPACE, uiUrl: v.TEMPORAL_UI_URL ?? null },
    mqtt: {
      url: v.MQTT_URL ?? null,
      username: v.MQTT_USERNAME ?? null,
      password: v.MQTT_PASSWORD ?? null,
      ca: v.MQTT_CA ?? null,
      values: v.MQTT_VALUES,
    },
    /** `tellsEvents`: what happens is told over NATS too. */
    nats: { ...natsOf(v), tellsEvents: v.NATS_EVENTS === 'on', commands: v.NATS_COMMANDS },
    /** What verbs hold (`Limits` of api/verbs/context.ts). */
    limits: {
      maxJobs: v.MAX_JOBS,
      maxConcurrentExecutions: v.MAX_CONCURRENT_EXECUTIONS,
      executorPoolSize: v.SCHEDULER_EXECUTOR_POOL_SIZE,
      clockCapacity: v.CLOCK_CAPACITY,
      defaultTimezone: v.SCHEDULER_TIMEZONE,
      executionTimeoutSeconds: v.EXECUTION_TIMEOUT_SECONDS,
      misfireGraceSeconds: v.SCHEDULER_MISFIRE_GRACE_TIME ?? 60,
      conflictPolicy: v.CONFLICT_POLICY,
      relays: Object.keys(relaysOf(v)),
      ruleNodes: Object.keys(v.RULES_FILE),
      reviewConnections: reviewConnections.map(({ id }) => id),
      commands: { whitelist: v.COMMAND_WHITELIST, schemas: v.COMMAND_SCHEMAS },
    },
    runs: {
      leaseMs: v.LOCK_TIMEOUT_SECONDS * 1000,
      memoryPerJobMb: v.MEMORY_PER_JOB_MB,
      dependencyTimeoutMs: v.DEPENDENCY_TIMEOUT * 1000,
    },
    /** Defaults of the commands document (DECISIONS section 9). */
    commands: {
      maxInstances: v.SCHEDULER_MAX_INSTANCES,
      misfireGraceSeconds: v.SCHEDULER_MISFIRE_GRACE_TIME ?? 300,
      maxRetries: v.DEFAULT_MAX_RETRIES,
      retryDelaySeconds: v.DEFAULT_RETRY_DELAY,
      maxSchedulesPerCreator: v.MAX_SCHEDULES_PER_CREATOR,
      maxLookaheadDays: v.MAX_SCHEDULE_LOOKAHEAD_DAYS,
    },
    templates: { deviceId: v.DEVICE_ID ?? environment.hostname, variables: templateVariables(environment.values) },
    actions: {
      sandboxDir: v.SANDBOX_DIR ?? join(v.ALMANAC_HOME, 'sandbox'),
      functionsDir: v.FUNCTIONS_DIR ?? null,
      exampleFunctions: v.EXAMPLE_FUNCTIONS === '1',
      relays: relaysOf(v),
      rules: v.RULES_FILE,
      webhookAllow: v.WEBHOOK_ALLOW,
      webhookSecrets: v.WEBHOOK_SECRETS,
      reviewConnections,
    },
    notifyWebhooks: v.NOTIFY_WEBHOOKS,
  };
}

/** Without a setting the embedded start has relays that are files, to try out (DECISIONS section 5, output). */
function relaysOf(v: Values): RelaysConfig {
  const none = Object.keys(v.RELAYS).length === 0;
  return none && v.ALMANAC_MODE === 'embedded' ? EMBEDDED_RELAYS : v.RELAYS;
}

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object') Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
