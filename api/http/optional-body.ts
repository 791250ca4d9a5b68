import { DomainError } from '../../domain/errors.ts';

/** A body that may be absent, whatever the Content-Type says. */
export function optionalBody(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError(
      'INVALID_INPUT',
      'The body is not valid JSON: send an object such as {"force": true}, or nothing.',
    );
  }
}
