import { childrenToLookAt, type Child } from '../db/queries/dependency-ends.ts';
import { standingOfAll, standingOfRound } from '../domain/dependencies.ts';
import { fireChild, type FireChildDeps } from './fire-child.ts';

/** Children looked at side by side. */
const AT_ONCE = 5;

/** What is looked at next in this process: ends by the thousand must not take all of its connections. */
const gathered = new WeakMap<FireChildDeps['db'], Set<string>>();

/**
 * After the commit that ended runs of these jobs: lets their children go, without being waited for; what comes while it
 * looks goes with its next look. What is lost here, by a crash too, the housekeeper finds (`housekeeping/release-lost.ts`).
 */
export function releaseSoon(deps: FireChildDeps, parentIds: readonly string[]): void {
  if (parentIds.length === 0) return;
  const underWay = gathered.get(deps.db);
  if (underWay === undefined) void releaseInTurn(deps, parentIds);
  else parentIds.forEach((id) => underWay.add(id));
}

async function releaseInTurn(deps: FireChildDeps, first: readonly string[]): Promise<void> {
  const next = new Set(first);
  gathered.set(deps.db, next);
  while (next.size > 0) {
    const parentIds = [...next];
    next.clear();
    await releaseChildren(deps, parentIds).catch((error: unknown) => {
      deps.log.warn({ error, parentIds }, 'Jobs that wait for others could not be looked at; the housekeeper will');
    });
  }
  gathered.delete(deps.db);
}

/** Lets the children of these jobs go, and theirs in turn, as far as they end at once. */
export async function releaseChildren(deps: FireChildDeps, parentIds: readonly string[]): Promise<void> {
  let ended = parentIds;
  while (ended.length > 0) {
    const children = await childrenToLookAt(deps.db, ended, 0);
    ended = (await releaseAll(deps, children)).ended;
  }
}

/** Lets those go whose parents have ended; returns how many, and which ended at once. One that fails stops no other. */
export async function releaseAll(
  deps: FireChildDeps,
  children: readonly Child[],
): Promise<{ released: number; ended: string[] }> {
  const ready = children.filter(isReady);
  const ended: string[] = [];
  let released = 0;
  for (let i = 0; i < ready.length; i += AT_ONCE) {
    const part = ready.slice(i, i + AT_ONCE);
    const results = await Promise.allSettled(part.map((child) => release(deps, child)));
    for (const [n, result] of results.entries()) {
      const childId = part[n]?.id ?? '';
      if (result.status === 'rejected') {
        deps.log.warn(
          { error: result.reason as unknown, jobId: childId },
          'A job could not be let go; the housekeeper will',
        );
      } else {
        released += 1;
        if (result.value === 'ended') ended.push(childId);
      }
    }
  }
  return { released, ended };
}

function isReady({ parents, held, hasSchedule }: Child): boolean {
  if (held !== null) return standingOfAll(parents) !== 'waiting';
  return !hasSchedule && standingOfRound(parents) !== 'waiting';
}

async function release(deps: FireChildDeps, { id, held }: Child): Promise<'ended' | 'going'> {
  if (held === null) return fireChild(deps, id);
  await deps.runs.wakeRun(held.workflowId);
  return 'going';
}
