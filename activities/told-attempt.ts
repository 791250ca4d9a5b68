import type { ActionType } from '../domain/actions/index.ts';
import type { Failure, Trigger } from '../domain/execution.ts';
import type { Deps } from './deps.ts';

interface Told {
  readonly executionId: string;
  readonly job: { readonly id: string; readonly name: string };
  readonly action: { readonly type: ActionType };
  readonly trigger: Trigger;
  readonly attempt: number;
  readonly correlationId: string;
  /** Of the request that caused the run, where it was traced. */
  readonly traceparent?: string;
}

interface Ended {
  readonly state: string;
  readonly error: Failure | null;
  readonly durationMs: number;
}

/**
 * Says in the log how an attempt ended, with its correlation id; makes it a span where traces are on, of the trace of
 * the request that caused the run, else of the run's own. `attempt` is given the traceparent of that span.
 */
export async function toldAttempt<Outcome extends Ended>(
  deps: Pick<Deps, 'log' | 'tracing'>,
  told: Told,
  attempt: (traceparent: string | undefined) => Promise<Outcome>,
): Promise<Outcome> {
  const { tracing, log } = deps;
  if (tracing === undefined) {
    const outcome = await attempt(undefined);
    tell(log, told, outcome);
    return outcome;
  }
  const { executionId, job, action, trigger, correlationId } = told;
  const attributes = {
    'almanac.execution.id': executionId,
    'almanac.job.id': job.id,
    'almanac.job.name': job.name,
    'almanac.action': action.type,
    'almanac.trigger': trigger,
    'almanac.attempt': told.attempt,
    'almanac.correlation.id': correlationId,
  };
  const parent = told.traceparent ?? null;
  return tracing.within({ name: 'run', kind: 'consumer', parent, traceOf: executionId, attributes }, async (span) => {
    const outcome = await attempt(span.traceparent);
    span.add({ 'almanac.state': outcome.state });
    if (outcome.state !== 'succeeded') span.fail(outcome.error?.message ?? outcome.state);
    tell(log, told, outcome, span.traceparent);
    return outcome;
  });
}

/** Of what a clock fires only failures are news: thousands a second may go well. */
function tell(log: Deps['log'], told: Told, { state, error, durationMs }: Ended, traceparent?: string): void {
  const { executionId, job, action, trigger, attempt, correlationId } = told;
  const level = state === 'failed' || state === 'timed_out' ? 'warn' : trigger === 'scheduled' ? 'debug' : 'info';
  log[level](
    {
      correlationId,
      executionId,
      jobId: job.id,
      action: action.type,
      trigger,
      attempt,
      state,
      durationMs,
      failure: error === null ? undefined : { type: error.type, message: error.message },
      traceId: traceparent?.split('-')[1],
    },
    'attempt',
  );
}
