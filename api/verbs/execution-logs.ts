import type { ExecutionKey } from '../../db/queries/executions-read.ts';
import { isTerminal, LOG_LEVELS, type LogLevel, type LogLine } from '../../domain/execution.ts';
import type { Instant } from '../../domain/schedules/kind.ts';
import type { VerbContext } from './context.ts';
import { getExecution } from './get-execution.ts';

export interface LogQuery {
  readonly execution: ExecutionKey;
  /** Lines of this level and above; all of them unless given. */
  readonly level?: LogLevel | undefined;
  /** Lines from this instant on. */
  readonly since?: Instant | undefined;
  /** How many lines of the whole log to pass over: `nextOffset` of the page before. */
  readonly offset?: number | undefined;
  readonly limit?: number | undefined;
}

export interface LogPage {
  readonly executionId: string;
  readonly lines: readonly LogLine[];
  /** Where the next page begins, or what is written from now on. */
  readonly nextOffset: number;
  /** Whether no line will follow. */
  readonly isComplete: boolean;
}

const MOST_LINES = 1000;

/**
 * What an execution has written, in its order, live while it runs: at most about a second behind (DECISIONS section 4,
 * Logs). Throws EXECUTION_NOT_FOUND.
 */
export async function executionLogs(ctx: VerbContext, query: LogQuery): Promise<LogPage> {
  const { level = 'debug', since = 0, offset = 0, limit = MOST_LINES } = query;
  const { execution } = await getExecution(ctx, query.execution);
  const least = LOG_LEVELS.indexOf(level);
  const lines: LogLine[] = [];
  let nextOffset = Math.min(offset, execution.logs.length);
  for (const line of execution.logs.slice(offset)) {
    if (lines.length === limit) break;
    nextOffset += 1;
    if (line.at >= since && LOG_LEVELS.indexOf(line.level) >= least) lines.push(line);
  }
  const isComplete = isTerminal(execution.state) && nextOffset === execution.logs.length;
  return { executionId: execution.id, lines, nextOffset, isComplete };
}
