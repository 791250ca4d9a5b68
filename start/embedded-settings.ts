/** What the embedded start itself reads from the environment; the rest is the service's own configuration. */
export interface EmbeddedSettings {
  home: string;
  apiHost: string;
  apiPort: number;
  mqttHost: string;
  mqttPort: number;
  /** Given addresses win: nothing embedded of that kind is started (issue 3). */
  databaseUrl: string | undefined;
  temporalAddress: string | undefined;
  temporalUiUrl: string | undefined;
  temporalNamespace: string | undefined;
  mqttUrl: string | undefined;
  natsUrl: string | undefined;
  /** Absent: the usual one, or another where that is taken. */
  natsPort: number | undefined;
  jwtSecret: string | undefined;
  jwtIssuer: string | undefined;
  jwtAudience: string | undefined;
  /** How long the worker may drain. */
  drainSeconds: number;
}

/** Of these the value may stand in a file that `NAME_FILE` names. */
export const SETTINGS_IN_FILES = ['DATABASE_URL', 'TEMPORAL_ADDRESS', 'MQTT_URL', 'NATS_URL', 'JWT_SECRET'] as const;

/** Reads them; throws with every wrong one at once. */
export function embeddedSettings(env: NodeJS.ProcessEnv): EmbeddedSettings {
  const wrong: string[] = [];
  const whole = (name: string, otherwise: number, min: number, max: number): number => {
    const text = env[name] || String(otherwise);
    if (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    wrong.push(`${name} is "${text}": give a whole number from ${min} to ${max}`);
    return otherwise;
  };
  const port = (name: string, otherwise: number) => whole(name, otherwise, 1, 65_535);
  const settings: EmbeddedSettings = {
    home: env['ALMANAC_HOME'] || '.almanac',
    apiHost: env['API_HOST'] || '127.0.0.1',
    apiPort: port('API_PORT', 8008),
    mqttHost: env['MQTT_HOST'] || '127.0.0.1',
    mqttPort: port('MQTT_PORT', 1883),
    databaseUrl: env['DATABASE_URL'] || undefined,
    temporalAddress: env['TEMPORAL_ADDRESS'] || undefined,
    temporalUiUrl: env['TEMPORAL_UI_URL'] || undefined,
    temporalNamespace: env['TEMPORAL_NAMESPACE'] || undefined,
    mqttUrl: env['MQTT_URL'] || undefined,
    natsUrl: env['NATS_URL'] || undefined,
    natsPort: env['NATS_PORT'] ? port('NATS_PORT', 4222) : undefined,
    jwtSecret: env['JWT_SECRET'] || undefined,
    jwtIssuer: env['JWT_ISSUER'] || undefined,
    jwtAudience: env['JWT_AUDIENCE'] || undefined,
    drainSeconds: whole('DRAIN_SECONDS', 20, 0, 600),
  };
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return settings;
}
