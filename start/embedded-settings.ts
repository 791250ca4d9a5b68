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
  jwtSecret: string | undefined;
}

/** Reads them; throws with every wrong one at once. */
export function embeddedSettings(env: NodeJS.ProcessEnv): EmbeddedSettings {
  const wrong: string[] = [];
  const port = (name: string, otherwise: number): number => {
    const text = env[name] || String(otherwise);
    if (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535) return Number(text);
    wrong.push(`${name} is "${text}": give a port from 1 to 65535`);
    return otherwise;
  };
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
    jwtSecret: env['JWT_SECRET'] || undefined,
  };
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return settings;
}
