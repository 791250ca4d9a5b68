import { createHmac, randomBytes } from 'node:crypto';
import { words } from '../../activities/actions/review/reviewed-database.ts';
import type { Lacking } from '../../domain/reviews/finding.ts';
import type { ReviewConnection } from './connection.ts';
import { openPgSession, type PgSession } from './pg-session.ts';
import {
  OWN_READER,
  missingGrants,
  provision,
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
  let first: PgSession | null = null;
  try {
    first = await login();
    if ((await missingGrants(admin, name, standing)).length === 0) return { reader: first, reason: '' };
  } catch (error) {
    if (!NOT_LET_IN.has(codeOf(error))) throw error;
  }
  try {
    if (standing.is_replica) return { reader: first, reason: 'replica' };
    await provision(admin, name, password, standing);
    return { reader: first ?? (await login()), reason: '' };
  } catch (error) {
    signal.throwIfAborted();
    return { reader: first, reason: codeOf(error) };
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
