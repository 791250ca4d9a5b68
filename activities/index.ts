import { createAskParents } from './ask-parents.ts';
import { beating } from './beating.ts';
import type { Deps } from './deps.ts';
import { createFire } from './fire.ts';
import { createHousekeep } from './housekeeping/index.ts';
import { JobCache } from './job-cache.ts';
import { OutcomeWriter } from './outcome-writer.ts';
import { createPlan } from './plan.ts';
import { PrioritisedSemaphore } from './prioritised-semaphore.ts';
import { createGroupRuns } from './group-runs.ts';
import { createRemoteRuns } from './remote-runs.ts';
import { createResumeBulk } from './resume-bulk.ts';
import { createRun } from './run.ts';
import { createSettle } from './settle.ts';

/** How long outcomes of a run are tried again while the database is away. */
const WRITE_FOR_MS = 20_000;

/** THE LIST: every activity, over the world that the composition root hands in. */
export function createActivities(deps: Deps) {
  const semaphore = new PrioritisedSemaphore(deps.slots);
  const writer = new OutcomeWriter(deps, WRITE_FOR_MS);
  const activities = {
    plan: beating(deps, createPlan(deps)),
    fire: beating(deps, createFire(deps, new JobCache(), { deps, writer, semaphore })),
    run: createRun(deps, writer, semaphore),
    settle: createSettle(deps),
    askParents: createAskParents(deps),
    ...createRemoteRuns(deps, writer),
    resumeBulk: createResumeBulk(deps),
    ...createGroupRuns(deps),
    housekeep: createHousekeep(deps),
  };
  return { activities, load: () => semaphore.taken };
}

export type Activities = ReturnType<typeof createActivities>['activities'];
