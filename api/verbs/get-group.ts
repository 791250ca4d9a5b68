import { findBulk, type Bulk } from '../../db/queries/bulks.ts';
import { groupStates } from '../../db/queries/group-runs.ts';
import { DomainError } from '../../domain/errors.ts';
import { LIVE_STATES, type ExecutionState } from '../../domain/execution.ts';
import type { VerbContext } from './context.ts';

export interface GroupProgress {
  readonly group: Bulk;
  readonly states: Readonly<Partial<Record<ExecutionState, number>>>;
  /** Runs that have reached their end, whatever became of them. */
  readonly ended: number;
}

/** How far a `runAll` has come. Throws NOT_FOUND. */
export async function getGroup(ctx: VerbContext, groupId: string): Promise<GroupProgress> {
  const group = await findBulk(ctx.db, ctx.actor.face, 'run', groupId);
  if (group === null) {
    throw new DomainError(
      'NOT_FOUND',
      `There is no group ${JSON.stringify(groupId.slice(0, 100))}. Ids look like "group_20250312151500".`,
    );
  }
  const states = await groupStates(ctx.db, groupId);
  const live = LIVE_STATES.reduce((sum, state) => sum + (states[state] ?? 0), 0);
  return { group, states, ended: group.started - live };
}
