import type { Check } from '../check.ts';
import { bloat } from './bloat.ts';
import { deadRows } from './dead-rows.ts';
import { duplicateIndexes } from './duplicate-indexes.ts';
import { foreignKeys } from './foreign-keys.ts';
import { invalidIndexes } from './invalid-indexes.ts';
import { primaryKeys } from './primary-keys.ts';
import { sequentialScans } from './sequential-scans.ts';
import { sizes } from './sizes.ts';
import { staleStatistics } from './stale-statistics.ts';
import { targets } from './targets.ts';
import { unusedIndexes } from './unused-indexes.ts';
import { wraparound } from './wraparound.ts';

/** THE LIST: what `table_analysis` looks at. */
export const TABLE_CHECKS: readonly Check[] = [
  targets,
  sizes,
  deadRows,
  bloat,
  staleStatistics,
  wraparound,
  sequentialScans,
  foreignKeys,
  duplicateIndexes,
  unusedIndexes,
  invalidIndexes,
  primaryKeys,
];
