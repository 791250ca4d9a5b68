import { DomainError, invalid, type Fault } from '../../../../domain/errors.ts';
import type { JobSpec } from '../../../../domain/job.ts';
import { isUuid } from '../../../../domain/ids.ts';
import { faultsOf } from '../../../../domain/parse.ts';
import { errors, renderError } from '../errors.ts';
import { createBody } from '../schema/task-bodies.ts';
import { inTaskNames } from './dependency-list.ts';
import { taskKey } from './task-id.ts';
import { specOf, type Reading } from './task-input.ts';

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

/** One entry that was not created. */
export function entryError(index: number, entry: unknown, refused: DomainError) {
  const error = inTaskNames(refused) as DomainError;
  const faults = (error.details['faults'] as readonly Fault[] | undefined) ?? [];
  return {
    index,
    task_name: nameOf(entry),
    ...wordsOf(error),
    fields: faults.map(({ path, message }) => ({ field: path, message })),
  };
}

/** One id that was not deleted. */
export function deletionError(taskId: string, refused: DomainError) {
  return { task_id: taskId, ...wordsOf(refused) };
}

/** Ids that no task can have, each with its refusal; and the others. */
export function readIds(ids: readonly string[]): { ids: string[]; refused: Map<string, DomainError> } {
  const refused = new Map<string, DomainError>();
  for (const id of ids) {
    if (isUuid(id)) continue;
    try {
      taskKey(id);
    } catch (error) {
      refused.set(id.slice(0, 100), error as DomainError);
    }
  }
  return { ids: ids.filter(isUuid).map((id) => id.toLowerCase()), refused };
}

function wordsOf(error: DomainError): { code: string; message: string } {
  const { code, message } = (renderError(error, errors[error.code], 0) as { error: { code: string; message: string } })
    .error;
  return { code, message };
}

function nameOf(entry: unknown): string | null {
  const name = (entry as { task_name?: unknown } | null)?.task_name;
  return typeof name === 'string' ? name.slice(0, 200) : null;
}
