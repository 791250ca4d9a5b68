import type { JobPhase } from '../../../../domain/job-phase.ts';

/** DECISIONS section 9: where a schedule stands. Executions are worded as the domain words them, as NATS events are. */
export const SCHEDULE_STATUSES = ['active', 'paused', 'completed', 'disabled'] as const;
export type ScheduleStatus = (typeof SCHEDULE_STATUSES)[number];

/** A schedule whose last run is under way is active still. */
export function statusOf(phase: JobPhase): ScheduleStatus {
  return phase === 'scheduled' || phase === 'running' ? 'active' : phase;
}
