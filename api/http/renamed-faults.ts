import { DomainError, invalid, type Fault } from '../../domain/errors.ts';

/** A refusal of fields with the names, and where asked for the words, of a face; anything else as it is. */
export function renamedFaults(
  error: unknown,
  rename: (path: string) => string,
  reword: (message: string) => string = (message) => message,
): unknown {
  if (!(error instanceof DomainError)) return error;
  const faults = error.details['faults'] as readonly Fault[] | undefined;
  if (faults === undefined) return error;
  return invalid(
    error.code,
    faults.map(({ path, message }) => ({ path: rename(path), message: reword(message) })),
  );
}
