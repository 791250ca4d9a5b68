import { createHmac, randomBytes } from 'node:crypto';
import pg from 'pg';
import { words } from '../../activities/actions/review/reviewed-database.ts';
import type { Lacking } from '../../domain/reviews/finding.ts';
import type { ReviewConnection } from './connection.ts';
import { openPgSession, type PgSession } from './pg-session.ts';
import {
  grantMissing,
  isThere,
  makeReader,
  OWN_READER,
  provisioningSql,
  READER,
  standingOf,
  type Standing,
} from './reader-role.ts';

/** What a review reads through, and the session of the connection's own user behind it. */
export interface ReaderSession {
  readonly admin: PgSession;
  readonly reader: PgSession;
  readonly role: string;
  readonly standing: Standing;
  readonly lacking: readonly Lacking[];
  /** Whether a user's SQL may run: only under a role that can do no more than read. */
  readonly isHarmless: boolean;
  close(): Promise<void>;
}

const APPLICATION = 'almanac-review';
/** Of this process, for connections whose address holds no secret to derive one from. */
const PROCESS_SECRET = randomBytes(32).toString('hex');
/** Wrong password, no such role, not let in by pg_hba.conf. */
const NOT_LET_IN = new Set(['28P01', '28000']);
/** Tuple concurrently updated, a duplicate role. */
const BESIDE_ANOTHER = new Set(['XX000', '42710', '23505']);

export async function openReader(connection: ReviewConnection, signal: AbortSignal): Promise<ReaderSession> {
  const { url } = connection;
  const admin = await openPgSession({ url, applicationName: APPLICATION }, signal);
  try {
    const standing = await standingOf(admin);
    const { user, is_own: isOwn, is_restricted: isRestricted } = standing;
    const name = isOwn ? OWN_READER : READER;
    const { reader, reason } = await loggedIn(connection, admin, name, standing, signal);
    const close = async () => {
      await Promise.all([reader, admin].map(async (session) => session?.close()));
    };
    if (reader !== null) return { admin, reader, role: name, standing, lacking: [], isHarmless: true, close };
    const isHarmless = isRestricted && !isOwn;
    const lacking = isHarmless ? [] : [noReader(name, user, reason)];
    return { admin, reader: admin, role: user, standing, lacking, isHarmless, close };
  } catch (error) {
    await admin.close();
    throw error;
  }
}

/** The password of the reader is made of the connection's own, so that all workers know it and nothing stores it. */
function passwordOf(url: string, reader: string): string {
  const { password } = new URL(url);
  const key = password === '' ? PROCESS_SECRET : password;
  return createHmac('sha256', key).update(`almanac reader ${reader}`).digest('base64url');
}

async function loggedIn(
  { url }: ReviewConnection,
  admin: PgSession,
  name: string,
  standing: Standing,
  signal: AbortSignal,
): Promise<{ reader: PgSession | null; reason: string }> {
  if (!standing.may_create_roles) return { reader: null, reason: 'CREATEROLE' };
  const password = passwordOf(url, name);
  const login = () => openPgSession({ url, user: name, password, applicationName: APPLICATION }, signal);
  let reader: PgSession | null = null;
  try {
    // Asked first: a login that fails stands in the reviewed server's log, where an administrator would look for who it was.
    if (standing.is_replica || (await isThere(admin, name))) {
      reader = await login().catch((error: unknown) => {
        if (NOT_LET_IN.has(codeOf(error)) && !standing.is_replica) return null;
        throw error;
      });
    }
    if (reader === null) {
      await again(() => makeReader(admin, name, password, standing));
      reader = await login();
    }
    if (!standing.is_replica) await again(() => grantMissing(admin, name, standing));
    return { reader, reason: '' };
  } catch (error) {
    // It reads what it may so far, and says so where that is nothing.
    if (!signal.aborted && error instanceof pg.DatabaseError) return { reader, reason: codeOf(error) };
    await reader?.close();
    throw error;
  }
}

/** Another database of the same cluster may do the same at this moment: its row was changed, or is there by now. */
async function again(work: () => Promise<void>, tries = 3): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (tries <= 1 || !BESIDE_ANOTHER.has(codeOf(error))) throw error;
    await again(work, tries - 1);
  }
}

function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}

function noReader(name: string, user: string, reason: string): Lacking {
  return {
    what: words(
      `Нет роли ${name}, которая может только читать (${reason}): обзор выполнен от имени ${user} в транзакции только для чтения, а custom_sql отклоняется`,
      `There is no role ${name} that can only read (${reason}): the review read as ${user} in a read-only transaction, and custom_sql is refused`,
    ),
    sql: provisioningSql(name),
  };
}
