import { DomainError } from '../../domain/errors.ts';

/** A refusal of who asks. `reason` is stable, for programs; the message says how to mend it. */
export function unauthenticated(reason: string, message: string): DomainError {
  return new DomainError('UNAUTHENTICATED', message, { reason });
}
