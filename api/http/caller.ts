import type { Role } from '../verbs/context.ts';

/** Who made a request, as its credential says. */
export interface Caller {
  readonly subject: string;
  readonly roles: readonly Role[];
  /** `anonymous`: a loopback peer of an open face, acting as admin of that one face (DECISIONS section 2). */
  readonly credential: 'jwt' | 'api_key' | 'anonymous';
  /** When the credential stops to be good, milliseconds since the epoch; null = never by itself. */
  readonly expiresAt: number | null;
}
