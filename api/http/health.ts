import { Hono } from 'hono';
import { keptAnswer } from './kept-answer.ts';
import { createProbing, type Finding, type Probe, type ProbingDeps, type Verdict } from './probing.ts';

export type { Probe };

export interface HealthDeps extends ProbingDeps {
  readonly service: { readonly name: string; readonly version: string };
  /** The probes without which nothing can be done: they take the service down, the others only degrade it. */
  readonly vital: readonly string[];
  /** False from the first SIGTERM on. */
  readonly isServing: () => boolean;
  readonly now: () => number;
}

/** Anyone may ask: the answer is kept for a moment, so that asking costs the dependencies nothing. */
const KEPT_MS = 1_000;

/**
 * `/health`, `/health/detailed`, `/ready` and `/live` (commands.txt, Health), without credentials. `/live` asks nothing:
 * a process is not mended by a restart when its database is away. `/ready` asks what is vital, and nothing else.
 */
export function healthRoutes(deps: HealthDeps): Hono {
  const app = new Hono();
  const startedMs = deps.monotonicMs();
  const ask = createProbing(deps);
  const examined = async (names: readonly string[]) =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await ask(name)] as const)));
  const detailed = keptAnswer(KEPT_MS, deps.monotonicMs, () => examined(Object.keys(deps.probes)));
  const needed = keptAnswer(KEPT_MS, deps.monotonicMs, () => examined(deps.vital));
  const identity = () => ({
    service: deps.service.name,
    version: deps.service.version,
    timestamp: new Date(deps.now()).toISOString(),
    uptime_seconds: Math.floor((deps.monotonicMs() - startedMs) / 1000),
  });

  app.use('*', async (c, next) => {
    await next();
    c.res.headers.set('Cache-Control', 'no-store');
  });
  app.get('/live', (c) => c.json({ status: 'alive' }));
  app.get('/ready', async (c) => {
    if (!deps.isServing()) return c.json({ status: 'not_ready', reason: 'the service is stopping' }, 503);
    const away = downIn(await needed());
    if (away.length === 0) return c.json({ status: 'ready' });
    const reason = away.map((name) => `${LABELS[name] ?? name} does not answer`).join('; ');
    return c.json({ status: 'not_ready', reason }, 503);
  });
  app.get('/health', async (c) => {
    const status = verdictOf(await detailed(), deps.vital);
    return c.json({ status: WORDS[status], ...identity() }, status === 'down' ? 503 : 200);
  });
  app.get('/health/detailed', async (c) => {
    const findings = await detailed();
    const status = verdictOf(findings, deps.vital);
    return c.json({ status: WORDS[status], ...identity(), dependencies: findings }, status === 'down' ? 503 : 200);
  });
  return app;
}

const WORDS: Readonly<Record<Verdict, string>> = { up: 'healthy', degraded: 'degraded', down: 'unhealthy' };
const LABELS: Readonly<Record<string, string>> = { database: 'the database', temporal: 'Temporal' };

type Findings = Readonly<Record<string, Finding>>;

function downIn(findings: Findings): string[] {
  return Object.entries(findings).flatMap(([name, { status }]) => (status === 'down' ? [name] : []));
}

function verdictOf(findings: Findings, vital: readonly string[]): Verdict {
  if (downIn(findings).some((name) => vital.includes(name))) return 'down';
  return Object.values(findings).every(({ status }) => status === 'up') ? 'up' : 'degraded';
}
