import type { AnalysisTarget } from '../../../domain/actions/review.ts';
import type { Facts, Found, Lacking } from '../../../domain/reviews/finding.ts';
import type { ReviewReport } from '../../../domain/reviews/report.ts';
import type { Instant } from '../../../domain/schedules/kind.ts';
import type { ReviewedDatabase } from './reviewed-database.ts';

/** What a check is given. */
export interface Scope {
  readonly database: ReviewedDatabase;
  readonly target: AnalysisTarget | null;
  readonly detailed: boolean;
  readonly targetTables: readonly string[] | null;
  /** The report of the same job's last review. */
  readonly previous: ReviewReport | null;
  readonly now: Instant;
}

export interface Looked {
  readonly found: readonly Found[];
  readonly facts?: Facts;
  readonly lacking?: readonly Lacking[];
}

/** One thing that a review looks at. */
export interface Check {
  readonly name: string;
  /** The targets that it belongs to; without a target all checks of a task type run. */
  readonly targets: readonly AnalysisTarget[];
  /** Left out unless the review is a detailed one. */
  readonly isDetail?: true;
  run(scope: Scope): Promise<Looked>;
}
