import { z } from 'zod';
import { parseWith } from '../parse.ts';
import { sandboxPathFault } from '../sandbox-path.ts';
import type { ActionKind } from './kind.ts';
import { templateText } from './template-text.ts';

const REPORT_FORMATS = ['html', 'csv', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** The spans of gateway.txt, Get Scheduler Statistics, in hours. */
export const REPORT_RANGES = { '24h': 24, '7d': 168, '30d': 720, '90d': 2160 } as const;
export type ReportRange = keyof typeof REPORT_RANGES;

export interface RotateAction {
  readonly type: 'file';
  readonly operation: 'rotate';
  /** Below the sandbox; `*`, `?` and, for any folders, `**`. */
  readonly pattern: string;
  /** How many rotated copies of a file remain. */
  readonly keep: number;
  readonly compress: boolean;
  /** Rotated copies older than this are removed. */
  readonly max_age_days: number | null;
  /** Only files at least this large are rotated; null: every file that is not empty. */
  readonly max_size_mb: number | null;
  /** Copies and empties the file instead of renaming it, for writers that keep it open. */
  readonly copy_truncate: boolean;
}

export interface ReportAction {
  readonly type: 'file';
  readonly operation: 'generate_report';
  readonly format: ReportFormat;
  readonly time_range: ReportRange;
  /** Of jobs that have all of these; null: of all jobs. */
  readonly tags: readonly string[] | null;
  /** Where it is written, a template; null: `reports/<job>-<time>.<format>`. */
  readonly path: string | null;
}

/** File operations inside `SANDBOX_DIR` (gateway.txt, Action Types; DECISIONS section 5). */
export type FileAction = RotateAction | ReportAction;

const sandboxed = z.string().superRefine((path, context) => {
  const fault = sandboxPathFault(path);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});
const flag = z.boolean('must be true or false');

const rotate = z.strictObject({
  type: z.literal('file'),
  operation: z.literal('rotate'),
  pattern: sandboxed,
  keep: z.int('must be a whole number').min(0, 'must be at least 0').max(1000, 'may be at most 1000').default(7),
  compress: flag.default(true),
  max_age_days: z.number().positive('must be more than 0').max(36_500).nullable().default(null),
  max_size_mb: z.number().positive('must be more than 0').max(1_000_000).nullable().default(null),
  copy_truncate: flag.default(false),
});

const report = z.strictObject({
  type: z.literal('file'),
  operation: z.literal('generate_report'),
  format: z.enum(REPORT_FORMATS, `must be one of: ${REPORT_FORMATS.join(', ')}`).default('html'),
  time_range: z
    .enum(Object.keys(REPORT_RANGES) as ReportRange[], `must be one of: ${Object.keys(REPORT_RANGES).join(', ')}`)
    .default('7d'),
  tags: z.array(z.string().min(1).max(100)).min(1, 'must name a tag, or be left out').max(50).nullable().default(null),
  path: templateText.pipe(sandboxed).nullable().default(null),
});

const schema = z.discriminatedUnion('operation', [rotate, report], 'must be one of: rotate, generate_report');

/** Operations may say what they take in `parameters`, as system operations do, or beside their name. */
function flattened(input: unknown): unknown {
  if (input === null || typeof input !== 'object' || !('parameters' in input)) return input;
  const { parameters, ...rest } = input;
  if (parameters === null || typeof parameters !== 'object' || Array.isArray(parameters)) return input;
  return { ...rest, ...parameters };
}

export const file: ActionKind<FileAction> = {
  type: 'file',
  parse: (input) => parseWith(schema, flattened(input), 'INVALID_ACTION'),
  isQuick: () => false,
  resources(action) {
    if (action.operation === 'rotate') return [`file:${action.pattern}`];
    return action.path === null ? [] : [`file:${action.path}`];
  },
  fault: () => null,
  needsAdmin: () => false,
  describe: (action) =>
    action.operation === 'rotate'
      ? `rotate ${action.pattern}`
      : `report of the last ${action.time_range} as ${action.format}`,
};
