import type { Check } from '../check.ts';
import { databaseCounters } from './database-counters.ts';
import { runningQueries } from './running-queries.ts';
import { topStatements } from './top-statements.ts';

/** THE LIST: what `query_analysis` looks at. */
export const QUERY_CHECKS: readonly Check[] = [topStatements, databaseCounters, runningQueries];
