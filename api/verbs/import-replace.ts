import type { Tx } from '../../db/connect.ts';
import { readJobs } from '../../db/queries/claims.ts';
import type { KnownJob } from '../../db/queries/job-batch.ts';
import type { Action } from '../../domain/actions/index.ts';
import type { Fault } from '../../domain/errors.ts';
import type { Job } from '../../domain/job.ts';
import { changeLocked, type JobPatch } from './change-job.ts';
import type { VerbContext } from './context.ts';
import { isSame } from './differences.ts';
import type { Imported } from './import-create.ts';
import type { ImportRecord } from './import-record.ts';
import type { ImportItem } from './match-import.ts';

const READ_AT_ONCE = 500;

/** Makes jobs that stand as the file says, one by one in id order; those that are so already are not touched. */
export async function replaceImported(
  tx: Tx,
  ctx: VerbContext,
  matched: ReadonlyMap<ImportItem, KnownJob>,
  told: {
    /** What an action names and the service lacks; it goes to `faults`. */
    lacks: (action: Action) => string | null;
    faults: Map<ImportItem, Fault>;
    record: ImportRecord;
  },
): Promise<Imported> {
  const done: Imported = { jobs: new Map(), clocks: new Map() };
  const pairs = [...matched].sort(([, a], [, b]) => (a.id < b.id ? -1 : 1));
  for (let i = 0; i < pairs.length; i += READ_AT_ONCE) {
    const page = pairs.slice(i, i + READ_AT_ONCE);
    const current = new Map(
      (
        await readJobs(
          tx,
          page.map(([, { id }]) => id),
        )
      ).map((job) => [job.id, job]),
    );
    for (const [item, { id }] of page) {
      const job = current.get(id);
      if (job === undefined || isAsSaid(job, item)) continue;
      const message = isSame(job.action, item.spec.action) ? null : told.lacks(item.spec.action);
      if (message !== null) {
        told.faults.set(item, { path: 'action', message });
        continue;
      }
      const change = await changeLocked(tx, ctx, {
        job: { id },
        word: ['update', 'updated'],
        reason: 'import',
        endReason: 'job_changed',
        patch: (locked) => patchOf(locked, item),
      });
      for (const clockId of change.clocks) done.clocks.set(clockId, [...(done.clocks.get(clockId) ?? []), id]);
      if (change.done.changed) done.jobs.set(item, change.done.after.job);
    }
    told.record.advance(page.length);
  }
  return done;
}

function isAsSaid(job: Job, item: ImportItem): boolean {
  return isSame({ ...job, ...patchOf(job, item) }, job);
}

/** What the file says of a job; its face's own fields stay. A phase that the file does not give stays as it is. */
function patchOf(job: Job, { spec, anchored, pausedAt, disabledReason }: ImportItem): JobPatch {
  const { schedule } = spec;
  const keepsPhase =
    !anchored &&
    schedule.kind === 'interval' &&
    job.schedule.kind === 'interval' &&
    schedule.everySeconds === job.schedule.everySeconds;
  return {
    ...spec,
    extra: job.extra,
    schedule:
      keepsPhase && job.schedule.kind === 'interval' ? { ...schedule, anchorAt: job.schedule.anchorAt } : schedule,
    pausedAt,
    ...(spec.enabled !== job.enabled && {
      disabledBy: spec.enabled ? null : ('user' as const),
      disabledReason: spec.enabled ? null : disabledReason,
    }),
  };
}
