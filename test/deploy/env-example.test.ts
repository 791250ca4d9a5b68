import { describe, expect, it } from 'vitest';
import { VARIABLE_NAMES, variables } from '../../start/variables.ts';
import { textOf } from './compose-file.ts';

/** What commands.txt documents under Configuration. */
const DOCUMENTED =
  'SERVICE_NAME SERVICE_VERSION API_PORT SCHEDULER_TIMEZONE SCHEDULER_MISFIRE_GRACE_TIME SCHEDULER_MAX_INSTANCES ' +
  'SCHEDULER_EXECUTOR_POOL_SIZE REDIS_URL LOCK_TIMEOUT_SECONDS MAX_SCHEDULE_LOOKAHEAD_DAYS DEFAULT_MAX_RETRIES ' +
  'DEFAULT_RETRY_DELAY MAX_SCHEDULES_PER_CREATOR';
/** Read by the embedded start beside the service's own. */
const EMBEDDED = ['MQTT_HOST', 'MQTT_PORT', 'NATS_PORT'];

const lines = textOf('.env.example').split('\n');
const shown = new Map(
  lines.flatMap((line): [string, string][] => {
    const [, name, value] = /^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value]];
  }),
);
const substituted = [...textOf('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);

describe('.env.example', () => {
  it('shows every variable of the service and of the compose file, and no other', () => {
    const known = [...VARIABLE_NAMES, ...substituted, ...EMBEDDED, 'COMPOSE_PROJECT_NAME', 'VAR_SITE'];
    expect([...shown.keys()].sort()).toEqual([...new Set(known)].sort());
  });

  it('shows every variable that the commands document names', () => {
    expect([...shown.keys()]).toEqual(expect.arrayContaining(DOCUMENTED.split(' ')));
  });

  it('says of each variable or group what it does', () => {
    const orphans = lines.filter((line, i) => /^# [A-Z_]+=/.test(line) && (lines[i - 1] ?? '') === '');
    expect(orphans).toEqual([]);
  });

  it('shows the very defaults', () => {
    const schema = variables(() => '');
    const needed = { DATABASE_URL: shown.get('DATABASE_URL') };
    const defaults: Record<string, unknown> = schema.parse(needed);
    const parsed: Record<string, unknown> = schema
      .partial()
      .parse(Object.fromEntries([...shown].filter(([name, value]) => defaults[name] !== undefined && value !== '')));
    for (const [name, value] of Object.entries(parsed)) expect({ [name]: value }).toEqual({ [name]: defaults[name] });
    expect(Object.keys(parsed).length).toBeGreaterThan(30);
  });

  it('shows examples that the service accepts', () => {
    const given = [...shown].filter(([name, value]) => VARIABLE_NAMES.includes(name) && value !== '');
    expect(variables(() => '').safeParse(Object.fromEntries(given)).error?.issues ?? []).toEqual([]);
  });
});
