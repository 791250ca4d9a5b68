import { findReviewRuns, type ReviewFilter, type ReviewRun } from '../../db/queries/review-runs.ts';
import type { VerbContext } from './context.ts';

/** A page of the executions of the face's reviews, the latest first, those of deleted jobs among them. */
export async function listReviewRuns(
  ctx: VerbContext,
  page: { filter: ReviewFilter; limit: number; offset: number },
): Promise<{ runs: readonly ReviewRun[]; hasMore: boolean }> {
  return findReviewRuns(ctx.db, ctx.actor.face, page);
}
