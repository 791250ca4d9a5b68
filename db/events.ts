import pg from 'pg';
import { sql, type Executor } from './connect.ts';

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
  await sql`select pg_notify(${CHANNEL}, p) from unnest(${payloads}::text[]) p`.execute(tx);
}

/** Announces a change of a job at the commit of `tx`; `change` is one short word such as `created` or `paused`. */
export async function notifyJob(tx: Executor, jobId: string, change: string): Promise<void> {
  await sql`select pg_notify(${CHANNEL}, ${JSON.stringify({ k: 'job', j: jobId, c: change })})`.execute(tx);
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

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** A connection that died without a word is found by asking it something. */
const PROBE_EVERY_MS = 20_000;

export interface Listening {
  /** Whether events arrive at this moment. */
  connected(): boolean;
  stop(): Promise<void>;
}

/**
 * Listens on a connection of its own and connects anew, with growing waits, whenever it breaks. What is announced
 * while it is away is lost to this listener: events are a courtesy, the ledger is the truth.
 */
export function listen(options: {
  url: string;
  applicationName: string;
  onNotice: (notice: Notice) => void;
  onState: (state: 'connected' | 'lost', error?: Error) => void;
}): Listening {
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let waitMs = FIRST_WAIT_MS;

  const lose = (lost: pg.Client, error?: Error): void => {
    if (client !== lost) return;
    client = null;
    clearTimeout(timer);
    lost.removeAllListeners('notification');
    lost.end().catch(() => undefined);
    if (stopped) return;
    options.onState('lost', error);
    timer = setTimeout(() => void open(), waitMs);
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };

  const probe = (asked: pg.Client): void => {
    timer = setTimeout(() => {
      asked.query('select 1').then(
        () => client === asked && probe(asked),
        (error: unknown) => lose(asked, error as Error),
      );
    }, PROBE_EVERY_MS);
  };

  const open = async (): Promise<void> => {
    const next = new pg.Client({
      connectionString: options.url,
      application_name: options.applicationName,
      connectionTimeoutMillis: LONGEST_WAIT_MS,
      query_timeout: LONGEST_WAIT_MS,
      keepAlive: true,
    });
    client = next;
    next.on('error', (error) => lose(next, error));
    next.on('end', () => lose(next));
    next.on('notification', ({ payload }) => {
      const notice = parseNotice(payload ?? '');
      if (notice !== null) options.onNotice(notice);
    });
    try {
      await next.connect();
      await next.query(`listen ${CHANNEL}`);
      if (client !== next) return;
      waitMs = FIRST_WAIT_MS;
      ready = next;
      options.onState('connected');
      probe(next);
    } catch (error) {
      lose(next, error as Error);
    }
  };

  let ready: pg.Client | null = null;
  void open();
  return {
    connected: () => client !== null && client === ready,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      const last = client;
      client = null;
      await last?.end().catch(() => undefined);
    },
  };
}
