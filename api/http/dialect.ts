import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { DomainError, ErrorCode } from '../../domain/errors.ts';
import type { Instant } from '../../domain/schedules/kind.ts';

/** How a dialect answers one code of the closed list: its status, and the code as its document writes it. */
export interface ErrorAnswer {
  readonly status: ContentfulStatusCode;
  readonly word: string;
}

/** Typed over the closed list: a new code does not compile until every dialect has answered it (DESIGN section 2). */
export type ErrorTable = Readonly<Record<ErrorCode, ErrorAnswer>>;

/** What the web needs to know to refuse a request in someone's own shape. */
export interface Dialect {
  /** The face's name, or `service` for what belongs to no face. */
  readonly name: string;
  readonly errors: ErrorTable;
  /** The body of a refusal. `error.message` is for people; `at` is when it was refused. */
  renderError(error: DomainError, answer: ErrorAnswer, at: Instant): Readonly<Record<string, unknown>>;
  /** A refusal in the dialect's own language; absent: English. */
  readonly translate?: (error: DomainError) => DomainError;
}
