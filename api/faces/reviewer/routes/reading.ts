import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import type { VerbContext } from '../../../verbs/context.ts';

/** What schedules are read against: the present instant and SCHEDULER_TIMEZONE. */
export function readingOf(verb: VerbContext): ParseContext {
  return { now: verb.now(), defaultTimezone: verb.limits.defaultTimezone };
}
