import { sql, type Executor } from './connect.ts';
import { dedicateConnection, type DedicatedConnection } from './dedicated-connection.ts';
import { prepared } from './prepared.ts';

/** The one channel of the service's events. Ids only: who listens reads the rows (DESIGN section 3.5). */
const CHANNEL = 'almanac';
/** 54 bytes an execution: 5.4 kB a payload, far below Postgres' 8,000 bytes. */
const EXECUTIONS_IN_PAYLOAD = 100;

/** What became of executions: they began, or they reached a terminal state. */
export type ExecutionChange = 'started' | 'ended';
export interface ExecutionRef {
  readonly id: string;
  /** Its nominal time, which finds its partition. */
  readonly dueAt: number;
}

export type Notice =
  | { readonly kind: ExecutionChange; readonly executions: readonly ExecutionRef[] }
  | { readonly kind: 'job'; readonly jobId: string; readonly change: string };

/** Announces executions at the commit of `tx`, in one statement however many they are. */
export async function notifyExecutions(
  tx: Executor,
  kind: ExecutionChange,
  executions: readonly ExecutionRef[],
): Promise<void> {
  if (executions.length === 0) return;
  const payloads: string[] = [];
  for (let i = 0; i < executions.length; i += EXECUTIONS_IN_PAYLOAD) {
    const part = executions.slice(i, i + EXECUTIONS_IN_PAYLOAD);
    payloads.push(JSON.stringify({ k: kind, e: part.map((e) => `${e.id}@${e.dueAt}`) }));
  }
  await sql`${prepared('notify')} select pg_notify(${CHANNEL}, p) from unnest(${payloads}::text[]) p`.execute(tx);
}

/** Announces a change of a job at the commit of `tx`; `change` is one short word such as `created` or `paused`. */
export async function notifyJob(tx: Executor, jobId: string, change: string): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${JSON.stringify({ k: 'job', j: jobId, c: change })})`.execute(tx);
}

/** Announces the same change of many jobs at the commit of `tx`, in one statement. */
export async function notifyJobs(tx: Executor, jobIds: readonly string[], change: string): Promise<void> {
  const payloads = jobIds.map((j) => JSON.stringify({ k: 'job', j, c: change }));
  await sql`select pg_notify(${CHANNEL}, p) from unnest(${payloads}::text[]) p`.execute(tx);
}

/** The notice of a payload, or null for one that is not ours. */
export function parseNotice(payload: string): Notice | null {
  try {
    const { k, e, j, c } = JSON.parse(payload) as { k?: unknown; e?: unknown; j?: unknown; c?: unknown };
    if (k === 'job' && typeof j === 'string' && typeof c === 'string') return { kind: 'job', jobId: j, change: c };
    if ((k !== 'started' && k !== 'ended') || !Array.isArray(e)) return null;
    const executions = e.map(String).map((text) => {
      const at = text.indexOf('@');
      return { id: text.slice(0, at), dueAt: Number(text.slice(at + 1)) };
    });
    return { kind: k, executions: executions.filter((ref) => ref.id !== '' && Number.isFinite(ref.dueAt)) };
  } catch {
    return null;
  }
}

/**
 * Listens on a connection of its own, which comes back by itself. What is announced while it is away is lost to this
 * listener: events are a courtesy, the ledger is the truth.
 */
export function listen(options: {
  url: string;
  applicationName: string;
  onNotice: (notice: Notice) => void;
  onState: (state: 'connected' | 'lost', error?: Error) => void;
}): DedicatedConnection {
  return dedicateConnection({
    url: options.url,
    applicationName: options.applicationName,
    prepare: (client) => client.query(`listen ${CHANNEL}`),
    onNotification(payload) {
      const notice = parseNotice(payload);
      if (notice !== null) options.onNotice(notice);
    },
    onState: options.onState,
  });
}
