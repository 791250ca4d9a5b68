import { invalid } from '../../../../domain/errors.ts';
import type { Schedule } from '../../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import type { JobKey } from '../../../verbs/job-view.ts';
import { scheduleForm } from './schedule-shape.ts';
import type { ScheduleTypeName } from './schedule-types.ts';

/** A schedule whose fields stand beside its own `type`. */
export type TypedSchedule = { readonly type?: ScheduleTypeName | undefined } & Readonly<Record<string, unknown>>;

/** Reads it, merged into the stored one where there is one; left out it is the stored one. Throws INVALID_…. */
export function readTypedSchedule(
  asked: TypedSchedule | undefined,
  current: Schedule | null,
  context: ParseContext,
): Schedule {
  if (asked === undefined) {
    if (current !== null) return current;
    const message = 'is missing: give a schedule such as {"type": "daily", "time": "02:00"}, or the job_id of a job';
    throw invalid('INVALID_SCHEDULE', [{ path: 'schedule', message }]);
  }
  const { type, ...fields } = asked;
  if (current !== null) return scheduleForm.change(current, { type, fields }, context, 'schedule');
  if (type !== undefined) return scheduleForm.read(type, fields, context, 'schedule');
  throw invalid('INVALID_SCHEDULE', [
    { path: 'schedule.type', message: 'is missing: say which kind of schedule it is' },
  ]);
}

/** The key of a job that may not exist (yet): null for what is no id of a job at all, such as `job_new`. */
export function candidateKey(id: string | undefined): JobKey | null {
  const number = Number(/^job_(\d{3,15})$/.exec(id ?? '')?.[1] ?? Number.NaN);
  return Number.isNaN(number) ? null : { number, shown: String(id) };
}
