import type { JsonObject } from '../../../domain/json.ts';
import type { Probe } from '../../deps.ts';
import { ActionFailure, type ActionContext } from '../handler.ts';
import type { SystemRun } from './system-run.ts';

/** A part that has not answered by then is in trouble. */
const PROBE_TIMEOUT_MS = 5_000;

interface Check extends JsonObject {
  readonly name: string;
  readonly ok: boolean;
  readonly verdict: string;
  readonly durationMs: number;
  readonly detail: string;
}

/** Looks at every asked part at once, each with its time and verdict (DECISIONS section 5). One that failed fails the run. */
export const healthCheck: SystemRun<'health_check'> = async (asked, context) => {
  const parts = { services: asked.check_services, storage: asked.check_storage, network: asked.check_network };
  const probes = context.deps.probes.filter((probe) => parts[probe.part]);
  const checks = await Promise.all(probes.map((probe) => look(probe, context)));
  context.stop.throwIfAborted();
  for (const { name, ok, verdict, durationMs, detail } of checks) {
    context.log(ok ? 'info' : 'error', `${name}: ${verdict} in ${durationMs} ms, ${detail}`);
  }
  const failed = checks.filter((check) => !check.ok);
  if (failed.length > 0) {
    const what = failed.map(({ name, detail }) => `${name} (${detail})`).join('; ');
    throw new ActionFailure('Unhealthy', `${failed.length} of ${checks.length} checks failed: ${what}`, {
      retryable: true,
    });
  }
  return {
    message: `All ${checks.length} checks passed`,
    data: { checks },
    metrics: { checks_done: checks.length, warnings: checks.filter((check) => check.verdict === 'warning').length },
  };
};

async function look(probe: Probe, { deps, stop: { signal } }: ActionContext): Promise<Check> {
  const startedMs = deps.monotonicMs();
  const late = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const seen = await bounded(probe.look(AbortSignal.any([signal, late])), late).catch((error: unknown) => ({
    verdict: 'failed' as const,
    detail: error instanceof Error && error.message !== '' ? error.message : String(error),
  }));
  const durationMs = Math.round((deps.monotonicMs() - startedMs) * 10) / 10;
  return { name: probe.name, ok: seen.verdict !== 'failed', ...seen, durationMs };
}

/** Ends by the time limit even where the probe itself does not listen to it. */
function bounded<T>(looking: Promise<T>, late: AbortSignal): Promise<T> {
  const tooLate = new Promise<never>((_, reject) => {
    const refuse = () => reject(new Error(`no answer within ${PROBE_TIMEOUT_MS / 1000} s`));
    late.addEventListener('abort', refuse, { once: true });
  });
  return Promise.race([looking, tooLate]);
}
