/** Settings of the embedded Postgres, given on its command line. */
export interface PostgresSettings {
  port: number;
  /** Overrides, such as a test's `fsync: 'off'`. */
  more?: Record<string, string>;
}

export function postgresArguments(folder: string, settings: PostgresSettings): string[] {
  const all: Record<string, string> = {
    listen_addresses: '127.0.0.1',
    port: String(settings.port),
    unix_socket_directories: '',
    max_connections: '200',
    shared_preload_libraries: 'pg_stat_statements',
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    jit: 'off',
    random_page_cost: '1.1',
    ...settings.more,
  };
  return ['-D', folder, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
