import { isoSeconds } from '../../../http/times.ts';
import type { StartedRun } from '../../../verbs/run-job.ts';

/** What a trigger is answered. */
export function triggeredShape(started: StartedRun & { readonly triggeredBy: string }) {
  return {
    execution_id: started.executionId,
    schedule_id: started.job.id,
    status: 'queued' as const,
    triggered_by: started.triggeredBy,
    triggered_at: isoSeconds(started.at),
  };
}
