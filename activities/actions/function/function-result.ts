import type { ActionResult } from '../../../domain/execution.ts';
import type { Json } from '../../../domain/json.ts';
import { ActionFailure } from '../handler.ts';
import { boundedJson, NotJson } from './bounded-json.ts';

const MOST_RESULT_BYTES = 1_048_576;
const LONGEST_MESSAGE = 500;

/** What a function returned as the result of its run. Throws the ActionFailure `InvalidResult` when it can't be kept. */
export function resultOf(returned: unknown, name: string): ActionResult {
  const data = checked(returned);
  return { message: messageOf(name, data), data };
}

function checked(returned: unknown): Json {
  try {
    return boundedJson(returned, 'What the function returned', MOST_RESULT_BYTES);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw new ActionFailure('InvalidResult', error.message, { retryable: false });
  }
}

/** A text, or the text under `summary`, is the sentence about the run (console.txt, resultSummary). */
function messageOf(name: string, data: Json): string {
  const summary = data !== null && typeof data === 'object' && 'summary' in data ? data['summary'] : data;
  return typeof summary === 'string' && summary !== '' ? summary.slice(0, LONGEST_MESSAGE) : `${name} finished`;
}
