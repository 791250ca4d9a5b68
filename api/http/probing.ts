/** Asks one dependency whether it answers; rejects, or says why it does so badly. */
export type Probe = (signal: AbortSignal) => Promise<{ degraded?: string } | undefined | void>;

export type Verdict = 'up' | 'degraded' | 'down';
export interface Finding {
  readonly status: Verdict;
  readonly latency_ms: number;
  readonly message?: string;
}

export interface ProbingDeps {
  readonly probes: Readonly<Record<string, Probe>>;
  readonly log: { info(fields: object, message: string): void; warn(fields: object, message: string): void };
  readonly monotonicMs: () => number;
}

/** No answer of ours takes longer for a dependency than this. */
const WITHIN_MS = 3_000;

/**
 * Asks dependencies by their names. One that hangs is asked once, however often and by whoever it is asked for: an
 * outage must not take up a connection for each look at it. What a probe says of its failure may hold addresses: it goes
 * to the log, once an outage, and people are told only that it does not answer.
 */
export function createProbing(deps: ProbingDeps): (name: string) => Promise<Finding> {
  const { probes, log, monotonicMs } = deps;
  const asked = new Map<string, { readonly beganMs: number; readonly found: Promise<Finding> }>();
  const away = new Set<string>();

  function start(name: string) {
    const beganMs = monotonicMs();
    const probe = probes[name];
    const found = Promise.resolve()
      .then(() => probe?.(AbortSignal.timeout(WITHIN_MS)))
      .then(
        (said): Finding => {
          if (away.delete(name)) log.info({ dependency: name }, 'A dependency answers again');
          const latency_ms = sinceMs(beganMs);
          const degraded = said?.degraded;
          return degraded === undefined
            ? { status: 'up', latency_ms }
            : { status: 'degraded', latency_ms, message: degraded };
        },
        (error: unknown) => down(name, beganMs, error),
      )
      .finally(() => asked.delete(name));
    const begun = { beganMs, found };
    asked.set(name, begun);
    return begun;
  }

  function down(name: string, beganMs: number, error: unknown): Finding {
    if (!away.has(name)) log.warn({ error, dependency: name }, 'A dependency does not answer');
    away.add(name);
    return { status: 'down', latency_ms: sinceMs(beganMs), message: 'does not answer' };
  }

  const sinceMs = (beganMs: number) => Math.round((monotonicMs() - beganMs) * 10) / 10;

  return async (name) => {
    const { beganMs, found } = asked.get(name) ?? start(name);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Finding>((resolve) => {
      const leftMs = Math.max(0, WITHIN_MS - (monotonicMs() - beganMs));
      const error = new Error(`no answer within ${WITHIN_MS / 1000} s`);
      timer = setTimeout(() => resolve(down(name, beganMs, error)), leftMs);
    });
    return Promise.race([found, late]).finally(() => clearTimeout(timer));
  };
}
