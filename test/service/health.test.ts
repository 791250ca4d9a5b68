import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { breakableProxy, type BreakableProxy } from '../support/breakable-proxy.ts';
import { needsNats, startNats, type TestNats } from '../support/nats.ts';
import { startService, type RunningService } from '../support/running-service.ts';
import { mqttUrl, temporalAddress } from '../support/servers.ts';
import { migratedDatabase } from '../api/http/running-web.ts';
import { until } from '../support/until.ts';

type Dependency = 'database' | 'temporal' | 'mqtt' | 'nats';
interface Health {
  readonly status: string;
  readonly dependencies: Readonly<Record<string, { status: string; latency_ms: number; message?: string }>>;
}

let nats: TestNats | null = null;
let service: RunningService;
let password: string;
const proxies = {} as Record<Dependency, BreakableProxy>;

beforeAll(async () => {
  nats = await startNats();
  const direct = {
    database: await migratedDatabase(),
    temporal: `tcp://${temporalAddress()}`,
    mqtt: mqttUrl(),
    nats: nats?.url ?? 'nats://127.0.0.1:1',
  };
  password = new URL(direct.database).password;
  const through = async (name: Dependency) => {
    const { hostname, port } = new URL(direct[name]);
    proxies[name] = await breakableProxy(hostname, Number(port));
    const url = new URL(direct[name]);
    url.port = String(proxies[name].port);
    return url;
  };
  const [database, temporal, mqtt, natsUrl] = await Promise.all(
    (['database', 'temporal', 'mqtt', 'nats'] as const).map(through),
  );
  service = await startService({
    DATABASE_URL: database?.href ?? '',
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal?.port ?? ''}`,
    MQTT_URL: mqtt?.href ?? '',
    MQTT_USERNAME: 'almanac',
    MQTT_PASSWORD: 'a-broker-password',
    NATS_URL: natsUrl?.href ?? '',
    NATS_TOKEN: 'a-nats-token',
  });
});
afterAll(async () => {
  await service.stop();
  await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
  await nats?.stop();
});
beforeEach((context) => void needsNats(context, nats));

const detailed = async () => {
  const { status, body, text } = await service.call('GET', '/health/detailed');
  return { code: status, text, health: body as unknown as Health };
};
const healthy = () =>
  until('all is well', async () => {
    const { health } = await detailed();
    return health.status === 'healthy' && health;
  });
const statusOf = async (path: string) => (await service.call('GET', path)).status;

/** `events` goes with the database, whose connection it has. */
const awayIn = ({ dependencies }: Health) =>
  Object.entries(dependencies).flatMap(([name, { status }]) => (status !== 'up' && name !== 'events' ? [name] : []));

const MEANING = {
  database: { status: 'unhealthy', code: 503, ready: 503 },
  temporal: { status: 'unhealthy', code: 503, ready: 503 },
  mqtt: { status: 'degraded', code: 200, ready: 200 },
  nats: { status: 'degraded', code: 200, ready: 200 },
} as const;
const CASES = (['cut', 'freeze'] as const).flatMap((how) =>
  (Object.keys(MEANING) as Dependency[]).map((name) => [name, how] as const),
);

describe('health under failure [M-039..M-042]', () => {
  it('names each dependency with its status and how long its answer took', async () => {
    const { dependencies } = await healthy();
    expect(Object.keys(dependencies).sort()).toEqual(['database', 'events', 'mqtt', 'nats', 'temporal']);
    for (const { status, latency_ms } of Object.values(dependencies)) {
      expect([status, Number.isFinite(latency_ms)]).toEqual(['up', true]);
    }
    for (const name of Object.keys(MEANING)) expect(dependencies[name]?.latency_ms).toBeGreaterThan(0);
  });

  // While it is frozen nothing ever answers: without a bound of their own, neither would these.
  it.each(CASES)('%s away (%s) is told apart from the others, and its return is seen', async (name, how) => {
    await healthy();
    proxies[name][how]();
    const meaning = MEANING[name];
    try {
      // A stall of this machine may take others down with it, for a look or two.
      const seen = await until('it, and it alone, is seen to be down', async () => {
        const found = await detailed();
        return awayIn(found.health).join() === name && found;
      });
      expect({ status: seen.health.status, code: seen.code }).toEqual({ status: meaning.status, code: meaning.code });
      expect(seen.health.dependencies[name]?.message).toBe('does not answer');
      await until('/ready follows', async () => (await statusOf('/ready')) === meaning.ready);
      await until('/health does too', async () => (await statusOf('/health')) === meaning.code);
      expect(await statusOf('/live')).toBe(200);
      expect(seen.text).not.toMatch(/127\.0\.0\.1|:\/\/|password|token/);
    } finally {
      proxies[name].mend();
    }
    await healthy();
    await until('it is ready again', async () => (await statusOf('/ready')) === 200);
  });

  it('the log tells of each outage and its end, and of no secret', async () => {
    await healthy();
    for (const name of Object.keys(MEANING)) {
      // Our two outages, and those that stalls of this machine made: each is told once, and so is its end.
      const about = await until('the end of each is told', () => {
        const told = service.lines().filter((line) => line['dependency'] === name);
        return told.length >= 4 && told.length % 2 === 0 && told;
      });
      expect(about.map(({ msg }) => msg)).toEqual(
        about.map((_, i) => `A dependency ${i % 2 === 0 ? 'does not answer' : 'answers again'}`),
      );
    }
    expect(password.length).toBeGreaterThan(5);
    for (const secret of [password, 'a-broker-password', 'a-nats-token']) expect(service.said()).not.toContain(secret);
  });
});
