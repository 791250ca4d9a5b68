import { type EmbeddedSettings, SETTINGS_IN_FILES } from './embedded-settings.ts';
import type { Home } from './home.ts';

/** Where the parts of one embedded start are reached. */
export interface PartAddresses {
  databaseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string | undefined;
  mqttUrl: string;
  natsUrl: string;
}

/** Defaults of the embedded start, which an explicit setting overrides (DECISIONS sections 1, 2, 4 and 5). */
const EMBEDDED_DEFAULTS = {
  OPEN_FACES: 'loopback',
  API_EXTRA_PORTS: '8000',
  SCHEDULER_EXECUTOR_POOL_SIZE: '50',
  WEBHOOK_ALLOW: '["127.0.0.0/8","::1/128","localhost"]',
};

/** The environment of the service: the user's own, completed by what the start has made and chosen. */
export function serviceEnvironment(
  env: NodeJS.ProcessEnv,
  given: { settings: EmbeddedSettings; home: Home; addresses: PartAddresses; jwtSecret: string },
): NodeJS.ProcessEnv {
  const { settings, home, addresses, jwtSecret } = given;
  // Its own NATS server listens on loopback only: it is as open as the faces that OPEN_FACES opens.
  const isOpen = settings.natsUrl === undefined && env['OPEN_FACES'] !== 'none';
  const natsCommands = isOpen ? { NATS_COMMANDS: 'open' } : {};
  const read = Object.fromEntries(SETTINGS_IN_FILES.map((name) => [`${name}_FILE`, undefined]));
  return {
    ...EMBEDDED_DEFAULTS,
    ...natsCommands,
    SANDBOX_DIR: home.sandbox,
    ...env,
    ...read,
    ALMANAC_MODE: 'embedded',
    ALMANAC_HOME: home.folder,
    API_PORT: String(settings.apiPort),
    DATABASE_URL: addresses.databaseUrl,
    TEMPORAL_ADDRESS: addresses.temporalAddress,
    TEMPORAL_UI_URL: addresses.temporalUiUrl,
    MQTT_URL: addresses.mqttUrl,
    NATS_URL: addresses.natsUrl,
    JWT_SECRET: jwtSecret,
  };
}
