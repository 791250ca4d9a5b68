import type { TaskType } from '../../../domain/actions/review.ts';
import type { Check } from './check.ts';
import { CONFIG_CHECKS } from './config-check/index.ts';
import { LOG_CHECKS } from './log-analysis/index.ts';
import { QUERY_CHECKS } from './query-analysis/index.ts';
import { TABLE_CHECKS } from './table-analysis/index.ts';

/** THE LIST: what each review looks at. `custom_sql` judges nothing. */
export const CHECKS: { readonly [T in Exclude<TaskType, 'custom_sql'>]: readonly Check[] } = {
  config_check: CONFIG_CHECKS,
  query_analysis: QUERY_CHECKS,
  table_analysis: TABLE_CHECKS,
  log_analysis: LOG_CHECKS,
};
