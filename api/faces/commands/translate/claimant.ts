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

/**
 * Reads who asks, by the first of these headers that is there; without one it is the credential's subject. Each
 * X-Created-By has the limit of a client (DECISIONS section 9). Throws INVALID_INPUT, RATE_LIMITED.
 */
export async function claimantOf(request: Request, ...claims: readonly Claim[]): Promise<Claimant> {
  const { verb } = request;
  const { subject, face } = verb.actor;
  const creator = nameIn(request, 'created');
  const name = claims.map((claim) => nameIn(request, claim)).find((said) => said !== null) ?? null;
  if (creator !== null) await request.rateLimit.count({ face, client: `creator:${creator}`, kind: 'write' });
  if (name === null) return { name: subject, verb };
  return { name, verb: { ...verb, actor: { ...verb.actor, subject: `${name}${BEHIND}${subject}` } } };
}

function nameIn({ header }: Request, claim: Claim): string | null {
  const name = (header(CLAIMS[claim]) ?? '').trim();
  if (name === '') return null;
  if (NAME.test(name) && !name.includes(BEHIND)) return name;
  const message = `must be a name of at most 100 characters, without control characters and "${BEHIND}"`;
  throw invalid('INVALID_INPUT', [{ path: CLAIMS[claim], message }]);
}
