import type { ExecutionState } from '../../../../domain/execution.ts';
import type { RecentStatistics } from '../../../verbs/recent-statistics.ts';
import { statesOf, type ExecutionStatus } from './states.ts';

/** What ran, runs or is to run: skipped and missed times are none of it. */
const EXECUTED: readonly ExecutionStatus[] = ['queued', 'running', 'completed', 'failed', 'cancelled'];

/** reviewer.txt, Get Scheduler Statistics. */
export function statsShape({ jobs, executions }: RecentStatistics) {
  const inStates = (states: readonly ExecutionState[]) =>
    states.reduce((sum, state) => sum + (executions[state] ?? 0), 0);
  const count = (status: ExecutionStatus) => inStates(statesOf(status));
  return {
    tasks: { total_tasks: jobs.total, active_tasks: jobs.enabled, inactive_tasks: jobs.total - jobs.enabled },
    executions_24h: {
      total_executions: inStates(EXECUTED.flatMap(statesOf)),
      completed: count('completed'),
      failed: count('failed'),
      running: count('running'),
    },
  };
}
