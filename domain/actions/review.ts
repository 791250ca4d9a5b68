import { z } from 'zod';
import { LANGUAGES, type Language } from '../reviews/finding.ts';
import { parseWith } from '../parse.ts';
import type { ActionKind } from './kind.ts';

export const TASK_TYPES = ['log_analysis', 'config_check', 'query_analysis', 'custom_sql', 'table_analysis'] as const;
export type TaskType = (typeof TASK_TYPES)[number];

export const ANALYSIS_TARGETS = ['logs', 'config', 'performance', 'security', 'tables', 'queries'] as const;
export type AnalysisTarget = (typeof ANALYSIS_TARGETS)[number];

/** Legal pairs (DECISIONS section 9, "Reviewer"). */
export const LEGAL_TARGETS: Readonly<Record<TaskType, readonly AnalysisTarget[]>> = {
  log_analysis: ['logs', 'security', 'performance'],
  config_check: ['config', 'security', 'performance'],
  query_analysis: ['queries', 'performance'],
  table_analysis: ['tables', 'performance'],
  custom_sql: ANALYSIS_TARGETS,
};

export const OUTPUT_FORMATS = ['json', 'markdown', 'html'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export const DEFAULT_QUERY_TIMEOUT_S = 300;
export const MOST_QUERY_TIMEOUT_S = 3600;

/** A review of a PostgreSQL database (reviewer.txt, `task_params`). Its result is a `ReviewReport` of domain/reviews. */
export interface ReviewAction {
  readonly type: 'review';
  readonly task_type: TaskType;
  /** A key of `REVIEW_CONNECTIONS`; 1 is the service's own database unless that says otherwise. */
  readonly connection_id: number;
  /** What is looked at; null: all that the task type looks at. */
  readonly analysis_target: AnalysisTarget | null;
  /** One statement that reads; needed by `custom_sql`, kept and not looked at by the others. */
  readonly custom_sql: string | null;
  /** `table` or `schema.table`, for `table_analysis`; null: all tables. */
  readonly target_tables: readonly string[] | null;
  /** Seconds; bounds the whole review. */
  readonly query_timeout: number;
  readonly output_format: OutputFormat;
  readonly detailed_analysis: boolean;
  readonly language: Language;
}

const tableName = z
  .string()
  .min(1, 'must name a table')
  .max(200, 'may have at most 200 characters')
  .refine((name) => !name.includes('\0'), 'may not hold a NUL');

const schema = z
  .strictObject({
    type: z.literal('review'),
    task_type: z.enum(TASK_TYPES, `must be one of: ${TASK_TYPES.join(', ')}`),
    connection_id: z.int('must be a whole number').min(1, 'must be at least 1').max(999_999_999).default(1),
    analysis_target: z
      .enum(ANALYSIS_TARGETS, `must be one of: ${ANALYSIS_TARGETS.join(', ')}`)
      .nullable()
      .default(null),
    custom_sql: z
      .string('must be text')
      .max(100_000, 'may have at most 100000 characters')
      .refine((text) => !text.includes('\0'), 'may not hold a NUL')
      .nullable()
      .default(null),
    target_tables: z.array(tableName).max(100, 'may be at most 100').nullable().default(null),
    query_timeout: z
      .int('must be whole seconds')
      .min(1, 'must be at least 1')
      .max(MOST_QUERY_TIMEOUT_S, `may be at most ${MOST_QUERY_TIMEOUT_S}`)
      .default(DEFAULT_QUERY_TIMEOUT_S),
    output_format: z.enum(OUTPUT_FORMATS, `must be one of: ${OUTPUT_FORMATS.join(', ')}`).default('json'),
    detailed_analysis: z.boolean('must be true or false').default(true),
    language: z.enum(LANGUAGES, `must be one of: ${LANGUAGES.join(', ')}`).default('ru'),
  })
  .superRefine(({ task_type: task, analysis_target: target, custom_sql: text }, context) => {
    const legal = LEGAL_TARGETS[task];
    if (target !== null && !legal.includes(target)) {
      const message = `must be one of: ${legal.join(', ')} (for ${task})`;
      context.addIssue({ code: 'custom', path: ['analysis_target'], message });
    }
    if (task !== 'custom_sql' || (text !== null && text.trim() !== '')) return;
    const message = 'must be the statement to run, such as SELECT 1: custom_sql needs one';
    context.addIssue({ code: 'custom', path: ['custom_sql'], message });
  });

export const review: ActionKind<ReviewAction> = {
  type: 'review',
  parse: (input) => parseWith(schema, input, 'INVALID_ACTION'),
  isQuick: () => false,
  resources: () => [],
  fault({ connection_id: id }, { reviewConnections = OWN_ONLY }) {
    if (reviewConnections.includes(id)) return null;
    const known = reviewConnections.join(', ');
    return `connection_id: there is no connection ${id}; there are ${known}. To add one, write it to REVIEW_CONNECTIONS (docs/reviews.md)`;
  },
  needsAdmin: () => false,
  describe: ({ task_type: task, connection_id: id }) => `${task.replace('_', ' ')} of connection ${id}`,
};

/** Where nothing is configured there is the service's own database. */
const OWN_ONLY: readonly number[] = [1];
