import { invalid } from '../../../../domain/errors.ts';
import type { Schedule } from '../../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import { changeTiming, readTiming, type TimingBody } from './timing-shape.ts';
import type { ScheduleTypeName } from './schedule-types.ts';

/** The schedule that a preview asks about: a new one, or changes of a stored one. */
export function previewedTiming(
  current: Schedule | null,
  asked: { type: ScheduleTypeName | undefined; body: TimingBody },
  context: ParseContext,
): Schedule {
  if (current !== null) return changeTiming(current, asked, context);
  if (asked.type !== undefined) return readTiming(asked.type, asked.body, context);
  const message = 'is missing: say which kind of schedule it is, or give the schedule_id of a stored one';
  throw invalid('INVALID_SCHEDULE', [{ path: 'schedule_type', message }]);
}
