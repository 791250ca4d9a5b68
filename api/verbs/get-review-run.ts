import { findReviewRun, type ReviewRun } from '../../db/queries/review-runs.ts';
import type { VerbContext } from './context.ts';
import { executionNotFound } from './get-execution.ts';

export type { ReviewRun } from '../../db/queries/review-runs.ts';

/** One execution of a review with its whole report, of a deleted job too. Throws EXECUTION_NOT_FOUND. */
export async function getReviewRun(ctx: VerbContext, key: { number: number; shown: string }): Promise<ReviewRun> {
  const found = await findReviewRun(ctx.db, ctx.actor.face, key.number);
  if (found === null) throw executionNotFound(key);
  return found;
}
