import { invalid } from '../../../../domain/errors.ts';
import type { RateLimit } from '../../../http/rate-limit.ts';
import type { VerbContext } from '../../../verbs/context.ts';

/** The headers in which a service says for whom it asks (commands.txt, Usage Examples). */
export const CLAIMS = { created: 'X-Created-By', triggered: 'X-Triggered-By', performed: 'X-Performed-By' } as const;
export type Claim = keyof typeof CLAIMS;

/** What a request comes with: its context, one of its headers by name, and the counter of requests. */
export interface Request {
  readonly verb: VerbContext;
  readonly rateLimit: RateLimit;
  readonly header: (name: string) => string | undefined;
}

/** Who asks, as shown; and the context in whose audit both stand: the name that was said, and the credential's. */
export interface Claimant {
  readonly name: string;
  readonly verb: VerbContext;
}

/** Holds no control character, nor what parts the name from the credential's subject in the audit. */
const NAME = /^[^\p{Cc}\s](?:[^\p{Cc}]{0,98}[^\p{Cc}\s])?$/u;
const BEHIND = ' via ';

/** Reads who asks, by the first of these headers that is there; without one it is the credential's subject. */
export function claimantOf({ verb, header }: Request, ...claims: readonly Claim[]): Claimant {
  const said = claims.map((claim) => CLAIMS[claim]).find((name) => (header(name) ?? '') !== '');
  const { subject } = verb.actor;
  if (said === undefined) return { name: subject, verb };
  const name = (header(said) ?? '').trim();
  if (!NAME.test(name) || name.includes(BEHIND)) {
    const message = `must be a name of at most 100 characters, without control characters and "${BEHIND}"`;
    throw invalid('INVALID_INPUT', [{ path: said, message }]);
  }
  return { name, verb: { ...verb, actor: { ...verb.actor, subject: `${name}${BEHIND}${subject}` } } };
}

/** The same of X-Created-By, of which each has the limit of a client (DECISIONS section 9). Throws RATE_LIMITED. */
export async function creatorOf(request: Request): Promise<Claimant> {
  const creator = claimantOf(request, 'created');
  if (creator.verb === request.verb) return creator;
  await request.rateLimit.count({ face: request.verb.actor.face, client: `creator:${creator.name}`, kind: 'write' });
  return creator;
}
