import { parseSchedule, type Schedule } from '../../domain/schedules/index.ts';
import type { ParseContext } from '../../domain/schedules/kind.ts';

/**
 * Checks the schedule that a change wants. An interval that stays as long as it was keeps its phase (DECISIONS section
 * 3: "an update that leaves the interval alone does not move the phase"). `input` is the whole new schedule, unchecked.
 */
export function mergeSchedule(current: Schedule, input: object, context: ParseContext): Schedule {
  const keepsPhase =
    current.kind === 'interval' &&
    'kind' in input &&
    input.kind === 'interval' &&
    'everySeconds' in input &&
    input.everySeconds === current.everySeconds;
  return parseSchedule(keepsPhase ? { ...input, anchorAt: current.anchorAt } : input, context);
}
