import type { SchedulerOptions } from './scheduler.ts';

/** The options as the variables of `.env.example`. Throws where `standalone` lacks an address. */
export function schedulerSettings(options: SchedulerOptions): Record<string, string> {
  const { mode = 'embedded', instanceName, databaseUrl, temporalAddress, temporalNamespace, home } = options;
  const named = {
    SERVICE_NAME: instanceName,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: temporalNamespace,
    ALMANAC_HOME: home,
  };
  const given = Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const settings = {
    LOG_LEVEL: 'warn',
    ...options.settings,
    ...Object.fromEntries(given),
    ALMANAC_MODE: mode,
  } as Record<string, string>;
  if (mode === 'standalone') {
    const lacking = ['DATABASE_URL', 'TEMPORAL_ADDRESS'].filter((name) => settings[name] === undefined);
    if (lacking.length > 0) {
      throw new Error(
        `A standalone scheduler needs ${lacking.join(' and ')}: give databaseUrl and temporalAddress, or take mode "embedded"`,
      );
    }
  }
  return settings;
}
