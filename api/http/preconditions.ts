import type { Context } from 'hono';
import { DomainError } from '../../domain/errors.ts';

/** The ETag of a resource with a revision. */
export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/** Throws PRECONDITION_FAILED when `If-Match` names another state than the resource's own. */
function checkIfMatch(c: Context, revision: number): void {
  const asked = c.req.header('if-match');
  if (asked === undefined || names(asked, etagOf(revision))) return;
  const now = etagOf(revision);
  const message = `This was changed meanwhile: read it again (its ETag is now ${now}) and repeat the change on that.`;
  throw new DomainError('PRECONDITION_FAILED', message, { etag: now });
}

/** Refuses a change of what is not as `If-Match` says: to be asked under its lock. */
export function ifMatch(c: Context): (job: { readonly revision: number }) => void {
  return ({ revision }) => checkIfMatch(c, revision);
}

/** Whether a list of entity tags names this one; weak ones count as equal (RFC 9110 section 8.8.3). */
function names(list: string, etag: string): boolean {
  return list.split(',').some((item) => item.trim() === '*' || item.trim().replace(/^W\//, '') === etag);
}
