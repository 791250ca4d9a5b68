import { statesOf } from '../../api/faces/console/translate/lookups.ts';
import type { OwnOutcome } from '../../db/queries/execution-locks.ts';
import { invalid } from '../../domain/errors.ts';
import { cleanJson } from '../../domain/json.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { ExecutionUpdate } from './scheduler.ts';

const ENDS = ['succeeded', 'failed', 'timed_out', 'cancelled'] as const;

/** What a program says of a run of its own, as the ledger keeps it. Throws INVALID_INPUT. */
export function ownOutcome(given: ExecutionUpdate, now: Instant): OwnOutcome {
  const { durationMs, errorMessage, errorTraceback, resultSummary } = cleanJson(given);
  const [state] = statesOf(given.statusId) ?? [];
  const end = ENDS.find((one) => one === state);
  if (end === undefined) {
    const message =
      'must be 3 (success), 4 (failed), 5 (cancelled) or 6 (timeout): a run ends once, and as one of these';
    throw invalid('INVALID_INPUT', [{ path: 'statusId', message }]);
  }
  if (durationMs !== undefined && !(Number.isInteger(durationMs) && durationMs >= 0))
    throw invalid('INVALID_INPUT', [{ path: 'durationMs', message: 'must be whole milliseconds' }]);
  const failure =
    errorMessage === undefined
      ? null
      : {
          type: 'ProgramError',
          message: errorMessage,
          ...(errorTraceback !== undefined && { traceback: errorTraceback }),
        };
  return {
    state: end,
    reason: REASONS[end],
    startedAt: given.startedAt === undefined ? null : instantOf('startedAt', given.startedAt),
    endedAt: given.completedAt === undefined ? now : instantOf('completedAt', given.completedAt),
    durationMs: durationMs ?? null,
    result: resultSummary === undefined ? null : { message: resultSummary },
    error: failure,
  };
}

const REASONS = {
  succeeded: null,
  failed: 'action_failed',
  timed_out: 'attempt_timed_out',
  cancelled: 'cancelled_by_user',
} as const;

function instantOf(path: string, text: string): Instant {
  const at = Date.parse(text);
  if (!Number.isNaN(at)) return at;
  throw invalid('INVALID_INPUT', [{ path, message: 'must be an ISO time such as "2025-01-07T10:00:00Z"' }]);
}
