import { finishBulk } from '../db/queries/bulks.ts';
import { queuedOfGroup, type QueuedRun } from '../db/queries/group-runs.ts';
import { runSpecOf, type RunSpec } from '../domain/run.ts';
import type { Deps } from './deps.ts';

/** Runs started by one activity, and at once within it. */
const PAGE = 200;
const AT_ONCE = 20;

/** What `bulk-run` asks for: the queued runs of a group, in their order. All are safe to repeat. */
export function createGroupRuns(deps: Deps) {
  const specOf = (groupId: string, { executionId, dueAt, job }: QueuedRun): RunSpec =>
    runSpecOf(job, { executionId, dueAt, trigger: 'group', parameters: {}, correlationId: groupId });

  return {
    /** The next run after the one named; null when none is left. */
    async nextOfGroup(groupId: string, after: string | null): Promise<RunSpec | null> {
      const [next] = await queuedOfGroup(deps.db, groupId, after, 1);
      return next === undefined ? null : specOf(groupId, next);
    },

    /** Starts the next runs without waiting for them; says the last one's id, null when none was left. */
    async startSomeOfGroup(groupId: string, after: string | null): Promise<string | null> {
      const runs = await queuedOfGroup(deps.db, groupId, after, PAGE);
      for (let i = 0; i < runs.length; i += AT_ONCE) {
        await Promise.all(runs.slice(i, i + AT_ONCE).map((run) => deps.runs.startRun(specOf(groupId, run))));
      }
      return runs.at(-1)?.executionId ?? null;
    },

    async finishGroup(groupId: string): Promise<void> {
      await finishBulk(deps.db, groupId);
    },
  };
}
