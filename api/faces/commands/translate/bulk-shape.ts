import { DomainError, invalid } from '../../../../domain/errors.ts';
import { isUuid } from '../../../../domain/ids.ts';
import type { JobSpec } from '../../../../domain/job.ts';
import { faultsOf } from '../../../../domain/parse.ts';
import type { Creation } from '../../../verbs/create-jobs.ts';
import { refusalShape } from '../errors.ts';
import { createBody } from '../schema/schedule-bodies.ts';
import { scheduleKey } from './schedule-id.ts';
import { specOf, type Reading } from './schedule-input.ts';
import { inScheduleNames } from './target-shape.ts';

/** An entry of a list, read, or why it could not be. */
export type Entry = { readonly spec: JobSpec } | { readonly refused: DomainError };

/** Reads every entry for itself. */
export function readEntries(entries: readonly unknown[], reading: Reading): Entry[] {
  return entries.map((entry) => {
    const checked = createBody.safeParse(entry);
    try {
      if (!checked.success) throw invalid('INVALID_INPUT', faultsOf(checked.error));
      return { spec: specOf(checked.data, reading) };
    } catch (error) {
      if (error instanceof DomainError) return { refused: error };
      throw error;
    }
  });
}

/** What became of one entry. */
export function resultOf(
  index: number,
  outcome: Creation | Entry | undefined,
): { index: number; id?: string; error?: { detail: string; code: string } } {
  if (outcome === undefined || 'spec' in outcome) return { index };
  if ('id' in outcome) return { index, id: outcome.id };
  return { index, error: refusalShape(inScheduleNames(outcome.refused) as DomainError) };
}

/** The ids that schedules can have, and why the others are refused. */
export function readIds(asked: readonly string[]): { ids: string[]; refused: Map<string, DomainError> } {
  const refused = new Map<string, DomainError>();
  for (const id of asked.filter((each) => !isUuid(each))) {
    try {
      scheduleKey(id);
    } catch (error) {
      refused.set(id, error as DomainError);
    }
  }
  return { ids: [...new Set(asked.filter(isUuid).map((id) => id.toLowerCase()))], refused };
}

/** What became of each, in the order of the request. */
export function doneShape(operation: string, asked: readonly string[], failures: ReadonlyMap<string, DomainError>) {
  const results = [...new Set(asked)].map((id) => {
    const error = failures.get(id) ?? failures.get(id.toLowerCase());
    return {
      schedule_id: id,
      success: error === undefined,
      ...(error !== undefined && { error: refusalShape(error) }),
    };
  });
  const failed = results.filter(({ success }) => !success).length;
  return { operation, total: results.length, succeeded: results.length - failed, failed, results };
}
