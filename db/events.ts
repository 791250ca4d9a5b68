import type { RawBuilder } from 'kysely';
import { sql, type Executor } from './connect.ts';
import { dedicateConnection, type DedicatedConnection } from './dedicated-connection.ts';
import { prepared } from './prepared.ts';
import { arrayOf } from './queries/array-of.ts';

/** The one channel of the service's events. Ids only: who listens reads the rows (DESIGN section 3.5). */
export const CHANNEL = 'almanac';
/** Says that notifications wait for their delivery; who delivers looks for them. */
export const QUEUED = '{"k":"queued"}';
/** 54 bytes an execution: 5.4 kB a payload, far below Postgres' 8,000 bytes. */
const EXECUTIONS_IN_PAYLOAD = 100;

/** What became of executions: they began, or they reached a terminal state. */
export type ExecutionChange = 'started' | 'ended';
export interface ExecutionRef {
  readonly id: string;
  /** Its nominal time, which finds its partition. */
  readonly dueAt: number;
}

/** `seq` numbers what was announced; absent in notices of versions that did not number them. */
export type Notice =
  | { readonly kind: ExecutionChange; readonly executions: readonly ExecutionRef[]; readonly seq?: number }
  | { readonly kind: 'job'; readonly jobId: string; readonly change: string; readonly seq?: number };

interface Telling {
  readonly payload: object;
  readonly subjects: readonly string[];
  readonly dueAts: readonly number[];
}

/** Announces executions at the commit of `tx`, in one statement however many they are. */
export async function notifyExecutions(
  tx: Executor,
  kind: ExecutionChange,
  executions: readonly ExecutionRef[],
): Promise<void> {
  await tell(tx, kind, null, tellingsOf(kind, executions));
}

function tellingsOf(kind: ExecutionChange, executions: readonly ExecutionRef[]): Telling[] {
  const tellings: Telling[] = [];
  for (let i = 0; i < executions.length; i += EXECUTIONS_IN_PAYLOAD) {
    const part = executions.slice(i, i + EXECUTIONS_IN_PAYLOAD);
    tellings.push({
      payload: { k: kind, e: part.map((e) => `${e.id}@${e.dueAt}`) },
      subjects: part.map((e) => e.id),
      dueAts: part.map((e) => e.dueAt),
    });
  }
  return tellings;
}

/** Announces a change of a job at the commit of `tx`; `change` is one short word such as `created` or `paused`. */
export async function notifyJob(tx: Executor, jobId: string, change: string): Promise<void> {
  await notifyJobs(tx, [jobId], change);
}

/** Announces the same change of many jobs at the commit of `tx`, in one statement. */
export async function notifyJobs(tx: Executor, jobIds: readonly string[], change: string): Promise<void> {
  const tellings = jobIds.map((j) => ({ payload: { k: 'job', j, c: change }, subjects: [j], dueAts: [] }));
  await tell(tx, 'job', change, tellings);
}

async function tell(tx: Executor, kind: string, change: string | null, tellings: readonly Telling[]): Promise<void> {
  if (tellings.length === 0) return;
  const bound = (pick: (...dueAts: number[]) => number) =>
    arrayOf(
      'timestamptz',
      tellings.map(({ dueAts }) => (dueAts.length === 0 ? null : pick(...dueAts))),
    );
  const payloads = arrayOf(
    'text',
    tellings.map(({ payload }) => JSON.stringify(payload)),
  );
  const subjects = arrayOf('text', tellings.map(subjectsOf));
  const rows = sql`unnest(${payloads}, ${subjects}, ${bound(Math.min)}, ${bound(Math.max)})`;
  await sql`${prepared('notify')} with ${telling(kind, change, rows)} select count(*) from sent`.execute(tx);
}

/**
 * For the `with` of the statement that lets an execution begin: announces it where `began`, a name of that `with`, has a
 * row. Whoever uses it reads from `sent`, as nothing goes out else.
 */
export function tellingStart(execution: ExecutionRef, began: string): RawBuilder<unknown> {
  const [only] = tellingsOf('started', [execution]);
  const at = new Date(execution.dueAt);
  return telling(
    'started',
    null,
    sql`(select ${JSON.stringify(only?.payload)}::text, ${subjectsOf(only)}::text, ${at}::timestamptz, ${at}::timestamptz
      from ${sql.ref(began)})`,
  );
}

/** Keeps each row for those who come back (a row a payload, not one an execution), and sends it with its number. */
function telling(kind: string, change: string | null, rows: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`told as (select nextval('notice_seq') as seq, t.* from ${rows} as t (payload, subjects, due_from, due_to)),
    kept as (insert into notice (seq, kind, subjects, due_from, due_to, change)
      select seq, ${kind}, subjects::uuid[], due_from, due_to, ${change} from told),
    sent as (select pg_notify(${CHANNEL}, '{"n":' || seq || ',' || substr(payload, 2)) from told)`;
}

function subjectsOf(one: Telling | undefined): string {
  return `{${one?.subjects.join(',') ?? ''}}`;
}

/** The notice of a payload, or null for one that is not ours. */
export function parseNotice(payload: string): Notice | null {
  try {
    const { k, e, j, c, n } = JSON.parse(payload) as Readonly<Record<'k' | 'e' | 'j' | 'c' | 'n', unknown>>;
    const numbered = typeof n === 'number' ? { seq: n } : {};
    if (k === 'job' && typeof j === 'string' && typeof c === 'string')
      return { kind: 'job', jobId: j, change: c, ...numbered };
    if ((k !== 'started' && k !== 'ended') || !Array.isArray(e)) return null;
    const executions = e.map(String).map((text) => {
      const at = text.indexOf('@');
      return { id: text.slice(0, at), dueAt: Number(text.slice(at + 1)) };
    });
    return {
      kind: k,
      executions: executions.filter((ref) => ref.id !== '' && Number.isFinite(ref.dueAt)),
      ...numbered,
    };
  } catch {
    return null;
  }
}

/**
 * Listens on a connection of its own, which comes back by itself. What is announced while it is away is lost to this
 * listener, which finds it among the kept notices (queries/notices.ts).
 */
export function listen(options: {
  url: string;
  applicationName: string;
  onNotice: (notice: Notice) => void;
  /** Notifications were queued. */
  onQueued?: () => void;
  onState: (state: 'connected' | 'lost', error?: Error) => void;
}): DedicatedConnection {
  return dedicateConnection({
    url: options.url,
    applicationName: options.applicationName,
    prepare: (client) => client.query(`listen ${CHANNEL}`),
    onNotification(payload) {
      if (payload === QUEUED) return options.onQueued?.();
      const notice = parseNotice(payload);
      if (notice !== null) options.onNotice(notice);
    },
    onState: options.onState,
  });
}
