import { Hono } from 'hono';

/** Asks one dependency whether it answers; rejects, or says why it does so badly. */
export type Probe = (signal: AbortSignal) => Promise<{ degraded?: string } | undefined | void>;

export interface HealthDeps {
  readonly service: { readonly name: string; readonly version: string };
  /** By the name that is shown. Those in `vital` take the service down, the others only degrade it. */
  readonly probes: Readonly<Record<string, Probe>>;
  readonly vital: readonly string[];
  /** What readiness asks: the database. */
  readonly isDatabaseUp: (signal: AbortSignal) => Promise<boolean>;
  /** False from the first SIGTERM on. */
  readonly isServing: () => boolean;
  readonly log: { warn(fields: object, message: string): void };
  readonly now: () => number;
  readonly monotonicMs: () => number;
}

type Verdict = 'up' | 'degraded' | 'down';
interface Finding {
  readonly status: Verdict;
  readonly latency_ms: number;
  readonly message?: string;
}

const PROBE_WITHIN_MS = 3_000;
/** Anyone may ask: the answer is kept for a moment, so that asking costs the dependencies nothing. */
const KEPT_MS = 1_000;

/** `/health`, `/health/detailed`, `/ready` and `/live` (commands.txt, Health), without credentials. */
export function healthRoutes(deps: HealthDeps): Hono {
  const app = new Hono();
  const startedMs = deps.monotonicMs();
  const detailed = kept(() => examine(deps), deps.monotonicMs);
  const ready = kept(
    () => deps.isDatabaseUp(AbortSignal.timeout(PROBE_WITHIN_MS)).catch(() => false),
    deps.monotonicMs,
  );
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
    if (!(await ready())) return c.json({ status: 'not_ready', reason: 'the database does not answer' }, 503);
    return c.json({ status: 'ready' });
  });
  app.get('/health', async (c) => {
    const { status } = await detailed();
    return c.json({ status: WORDS[status], ...identity() }, status === 'down' ? 503 : 200);
  });
  app.get('/health/detailed', async (c) => {
    const { status, findings } = await detailed();
    return c.json({ status: WORDS[status], ...identity(), dependencies: findings }, status === 'down' ? 503 : 200);
  });
  return app;
}

const WORDS: Readonly<Record<Verdict, string>> = { up: 'healthy', degraded: 'degraded', down: 'unhealthy' };

async function examine(deps: HealthDeps): Promise<{ status: Verdict; findings: Record<string, Finding> }> {
  const probed = Object.entries(deps.probes).map(
    async ([name, probe]) => [name, await ask(name, probe, deps)] as const,
  );
  const entries = await Promise.all(probed);
  const isDown = entries.some(([name, { status }]) => status === 'down' && deps.vital.includes(name));
  const isWell = entries.every(([, { status }]) => status === 'up');
  return { status: isDown ? 'down' : isWell ? 'up' : 'degraded', findings: Object.fromEntries(entries) };
}

/** A probe's message may hold addresses: it goes to the log, and people are told only what they need. */
async function ask(name: string, probe: Probe, deps: HealthDeps): Promise<Finding> {
  const beganMs = deps.monotonicMs();
  const tookMs = () => Math.round((deps.monotonicMs() - beganMs) * 10) / 10;
  const signal = AbortSignal.timeout(PROBE_WITHIN_MS);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${PROBE_WITHIN_MS / 1000} s`)), {
      once: true,
    });
  });
  try {
    const found = await Promise.race([probe(signal), late]);
    if (found?.degraded === undefined) return { status: 'up', latency_ms: tookMs() };
    return { status: 'degraded', latency_ms: tookMs(), message: found.degraded };
  } catch (error) {
    deps.log.warn({ error, dependency: name }, 'A dependency does not answer');
    return { status: 'down', latency_ms: tookMs(), message: 'does not answer' };
  }
}

/** One answer for all who ask at the same moment. */
function kept<T>(ask: () => Promise<T>, monotonicMs: () => number): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let askedMs = 0;
  return () => {
    if (answer === null || monotonicMs() - askedMs > KEPT_MS) {
      askedMs = monotonicMs();
      answer = ask();
    }
    return answer;
  };
}
