import { hostname } from 'node:os';
import { loadConfig, type Config, type Parts } from '../../start/config.ts';
import type { Servers } from '../servers/servers.ts';

/** The variables of a service on `servers`: the embedded start's defaults, without bounds that would stop a benchmark. */
export function engineVariables(servers: Servers, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    MQTT_URL: servers.mqttUrl,
    ALMANAC_HOME: servers.folder,
    LOG_LEVEL: 'warn',
    SCHEDULER_EXECUTOR_POOL_SIZE: '1000',
    MAX_JOBS: '0',
    RATE_LIMIT_READ: '0',
    RATE_LIMIT_WRITE: '0',
    ...more,
  };
}

export function configOf(variables: Readonly<Record<string, string>>, parts: Parts): Config {
  const readText = (path: string): string => {
    throw new Error(`A benchmark's settings name no file, and this one does: ${path}`);
  };
  return loadConfig({ values: variables, wrong: [], hostname: hostname(), readText }, parts);
}
