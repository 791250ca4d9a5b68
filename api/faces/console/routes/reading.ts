import type { VerbContext } from '../../../verbs/context.ts';
import { listFunctions } from '../../../verbs/list-functions.ts';
import type { Reading } from '../translate/job-input.ts';

/** What a body is read against: the present instant, SCHEDULER_TIMEZONE, defaults, and the functions there are. */
export async function readingOf(verb: Pick<VerbContext, 'db' | 'limits' | 'now'>): Promise<Reading> {
  const { limits } = verb;
  return {
    now: verb.now(),
    defaultTimezone: limits.defaultTimezone,
    limits,
    functions: await listFunctions(verb),
  };
}
