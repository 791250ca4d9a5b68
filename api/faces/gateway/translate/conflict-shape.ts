import type { Conflict } from '../../../../domain/conflicts/conflict.ts';
import { conflictPeriod } from '../../../../domain/conflicts/conflict-period.ts';
import type { FreeTime } from '../../../../domain/conflicts/free-time.ts';
import { jobId } from './job-id.ts';
import { isoSeconds } from '../../../http/times.ts';

/** One conflict as gateway.txt prints it; `zone` is the one in which its period is told. */
export function conflictShape({ job, type, severity, from, to, shared }: Conflict, zone: string) {
  return {
    job_id: jobId(job.number),
    job_name: job.name,
    conflict_type: type,
    conflict_period: conflictPeriod(from, to, zone),
    severity,
    first_at: isoSeconds(from),
    resources: [...shared],
  };
}

export function recommendations(free: FreeTime | null): string[] {
  if (free === null) return [];
  const rest = free.of === 'all' ? '' : ' of resources and capacity; mere overlaps of time remain';
  return [`Schedule at ${free.words} to avoid conflict${rest}`];
}
