import { sql } from 'kysely';
import type { ActionResult } from '../../domain/execution.ts';
import type { ReviewReport } from '../../domain/reviews/report.ts';
import type { Executor } from '../connect.ts';

/**
 * The reviews of a job that succeeded, the newest first; the first with its whole report and its face's integer, or its
 * UUID, the others with their scores.
 */
export async function earlierReviews(
  db: Executor,
  jobId: string,
  count: number,
): Promise<{ last: { executionId: string | number; report: ReviewReport } | null; scores: readonly ScoredReview[] }> {
  const rows = await db
    .selectFrom('execution')
    .select([
      'id',
      'number',
      sql<number | null>`result -> 'data' -> 'score'`.as('score'),
      sql<string | null>`result -> 'data' ->> 'reviewed_at'`.as('reviewed_at'),
    ])
    .where('job_id', '=', jobId)
    .where('state', '=', 'succeeded')
    .orderBy('due_at', 'desc')
    .limit(count)
    .execute();
  const reviews = rows.filter((row) => row.reviewed_at !== null);
  const scores = reviews.map(({ score, reviewed_at }) => ({ score, reviewed_at: reviewed_at ?? '' }));
  const first = reviews[0];
  if (first === undefined) return { last: null, scores };
  const { result } = await db
    .selectFrom('execution')
    .select('result')
    .where('id', '=', first.id)
    .executeTakeFirstOrThrow();
  return {
    last: { executionId: first.number ?? first.id, report: (result as ActionResult).data as unknown as ReviewReport },
    scores,
  };
}

export interface ScoredReview {
  readonly reviewed_at: string;
  readonly score: number | null;
}
