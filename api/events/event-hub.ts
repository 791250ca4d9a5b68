import type { ExecutionRef, Notice } from '../../db/events.ts';
import type { DomainEvent, EventJob, ExecutionEvent } from './domain-event.ts';

export type Listener = (event: DomainEvent) => void;

/** Where a process's events come together: fed by Postgres, heard by sockets. */
export interface EventHub {
  /** Takes what `listen` hears. */
  announce(notice: Notice): void;
  /** Returns how to stop listening. Rows are read only while someone listens. */
  subscribe(listener: Listener): () => void;
}

/** The executions of one notice, by id, with what an event tells of their jobs. */
export type LoadExecutions = (
  refs: readonly ExecutionRef[],
) => Promise<ReadonlyMap<string, Omit<ExecutionEvent, 'kind'>>>;

/** The jobs of notices, by id, deleted ones too. */
export type LoadJobs = (ids: readonly string[]) => Promise<ReadonlyMap<string, EventJob>>;

interface HubLog {
  warn(fields: object, message: string): void;
}

/** Executions read at once, however many notices they came in. */
const READ_AT_ONCE = 500;
/** More than this waiting, and the oldest are left out: events are a courtesy, memory is not. */
const MOST_WAITING = 20_000;

type Waiting = { readonly notice: Notice; readonly size: number };

/** Delivers in the order in which things were announced. A listener that throws is logged and harms no other. */
export function createEventHub(deps: { load: LoadExecutions; loadJobs: LoadJobs; log: HubLog }): EventHub {
  const listeners = new Set<Listener>();
  const waiting: Waiting[] = [];
  let size = 0;
  let draining = false;

  function announce(notice: Notice): void {
    if (listeners.size === 0) return;
    const more = notice.kind === 'job' ? 1 : notice.executions.length;
    waiting.push({ notice, size: more });
    size += more;
    let dropped = 0;
    while (size > MOST_WAITING && waiting.length > 1) {
      const oldest = waiting.shift();
      size -= oldest?.size ?? 0;
      dropped += oldest?.size ?? 0;
    }
    if (dropped > 0) deps.log.warn({ dropped }, 'Events were left out: they come faster than they can be read');
    if (!draining) void drain();
  }

  async function drain(): Promise<void> {
    draining = true;
    while (waiting.length > 0) {
      const batch = takeBatch();
      const refs = batch.flatMap(({ notice }) => (notice.kind === 'job' ? [] : notice.executions));
      const jobIds = batch.flatMap(({ notice }) => (notice.kind === 'job' ? [notice.jobId] : []));
      const isHeard = listeners.size > 0;
      try {
        const [executions, jobs] = await Promise.all([
          isHeard && refs.length > 0 ? deps.load(refs) : new Map<string, never>(),
          isHeard && jobIds.length > 0 ? deps.loadJobs([...new Set(jobIds)]) : new Map<string, never>(),
        ]);
        for (const { notice } of batch) deliver(notice, executions, jobs);
      } catch (error) {
        deps.log.warn({ error, events: batch.length }, 'Events were left out: what they are of could not be read');
      }
    }
    draining = false;
  }

  function takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    for (let taken = 0; taken < READ_AT_ONCE;) {
      const next = waiting.shift();
      if (next === undefined) break;
      batch.push(next);
      taken += next.size;
      size -= next.size;
    }
    return batch;
  }

  function deliver(
    notice: Notice,
    executions: ReadonlyMap<string, Omit<ExecutionEvent, 'kind'>>,
    jobs: ReadonlyMap<string, EventJob>,
  ): void {
    if (notice.kind === 'job') {
      const job = jobs.get(notice.jobId);
      if (job !== undefined) tell({ kind: 'job', jobId: notice.jobId, change: notice.change, ...job });
      return;
    }
    for (const { id } of notice.executions) {
      const found = executions.get(id);
      if (found !== undefined) tell({ kind: notice.kind, ...found });
    }
  }

  function tell(event: DomainEvent): void {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        deps.log.warn({ error, event: event.kind }, 'A listener of events failed');
      }
    }
  }

  return {
    announce,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
