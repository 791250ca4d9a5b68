import type { Context } from 'hono';
import type { FaceEnv } from '../../../http/face.ts';
import { knownFunctions } from '../../../verbs/list-functions.ts';
import type { Reading } from '../translate/task-input.ts';

/** What a body is read against: the present instant, UTC (DECISIONS section 9), and the functions there are. */
export async function readingOf(c: Context<FaceEnv>): Promise<Reading> {
  const { verb } = c.var;
  return { now: verb.now(), defaultTimezone: 'UTC', functions: await knownFunctions(verb) };
}
