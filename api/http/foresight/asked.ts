import type { JsonObject } from '../../../domain/json.ts';
import type { BackfillInput } from '../../verbs/backfill-job.ts';
import type { PreviewInput } from '../../verbs/preview-schedule.ts';
import { readInstant, readSpan } from '../times.ts';

/** Reads what a preview asks beside the schedule. Throws INVALID_INPUT. */
export function readPreview(asked: {
  after?: string | undefined;
  count: number;
}): Pick<PreviewInput, 'after' | 'count'> {
  const { after, count } = asked;
  return { after: after === undefined ? null : readInstant('after', after), count };
}

/** Reads the body of a backfill in snake_case. Throws INVALID_INPUT. */
export function readBackfill(asked: {
  start: string;
  end: string;
  dry_run: boolean;
  only_missed: boolean;
  parameters?: JsonObject | undefined;
}): Omit<BackfillInput, 'job'> {
  const { start, end, dry_run: dryRun, only_missed: onlyMissed, parameters = {} } = asked;
  return { ...readSpan(start, end), onlyMissed, dryRun, parameters };
}
