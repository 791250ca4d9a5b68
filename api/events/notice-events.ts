import type { ExecutionRef, Notice } from '../../db/events.ts';
import type { DomainEvent, EventJob, ExecutionEvent } from './domain-event.ts';

/** The executions of one notice, by id, with what an event tells of their jobs. */
export type LoadExecutions = (
  refs: readonly ExecutionRef[],
) => Promise<ReadonlyMap<string, Omit<ExecutionEvent, 'kind'>>>;

/** The jobs of notices, by id, deleted ones too. */
export type LoadJobs = (ids: readonly string[]) => Promise<ReadonlyMap<string, EventJob>>;

/** An event with its place in its notice. */
export interface PlacedEvent {
  readonly event: DomainEvent;
  readonly index: number;
}

/** How many events a notice has, before any is found to be gone. */
export function sizeOf(notice: Notice): number {
  return notice.kind === 'job' ? 1 : notice.executions.length;
}

/** Reads what notices are of, all together. Returns the events of each, in order; what is gone is left out. */
export async function eventsOf(
  notices: readonly Notice[],
  { load, loadJobs }: { load: LoadExecutions; loadJobs: LoadJobs },
): Promise<PlacedEvent[][]> {
  const refs = notices.flatMap((notice) => (notice.kind === 'job' ? [] : notice.executions));
  const jobIds = notices.flatMap((notice) => (notice.kind === 'job' ? [notice.jobId] : []));
  const [executions, jobs] = await Promise.all([
    refs.length > 0 ? load(refs) : new Map<string, never>(),
    jobIds.length > 0 ? loadJobs([...new Set(jobIds)]) : new Map<string, never>(),
  ]);
  return notices.map((notice): PlacedEvent[] => {
    if (notice.kind === 'job') {
      const job = jobs.get(notice.jobId);
      if (job === undefined) return [];
      return [{ event: { kind: 'job', jobId: notice.jobId, change: notice.change, ...job }, index: 0 }];
    }
    return notice.executions.flatMap(({ id }, index): PlacedEvent[] => {
      const found = executions.get(id);
      return found === undefined ? [] : [{ event: { kind: notice.kind, ...found }, index }];
    });
  });
}
