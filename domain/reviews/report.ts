import type { AnalysisTarget, OutputFormat, TaskType } from '../actions/review.ts';
import type { Json } from '../json.ts';
import type { Facts, Finding, Language, Severity } from './finding.ts';

/** What a review came to: the `data` of its execution's result. Bounded; what was left out is counted. */
export interface ReviewReport {
  readonly task_type: TaskType;
  readonly analysis_target: AnalysisTarget | null;
  readonly detailed_analysis: boolean;
  readonly language: Language;
  readonly output_format: OutputFormat;
  readonly connection: { readonly id: number; readonly name: string };
  readonly database: string;
  readonly server_version: string;
  /** The role that it was read under. */
  readonly role: string;
  /** UTC, as ISO 8601. */
  readonly reviewed_at: string;
  /** 100: nothing found. Null for `custom_sql`, which judges nothing. */
  readonly score: number | null;
  readonly summary: string;
  readonly counts: Readonly<Record<Severity, number>>;
  readonly findings: readonly Finding[];
  /** Findings that were not kept, the least grave. */
  readonly findings_left_out: number;
  /** What could not be looked at, and what would allow it. */
  readonly missing: readonly { readonly what: string; readonly sql: string | null }[];
  readonly comparison: Comparison;
  readonly facts: Facts;
  /** Of `custom_sql`. */
  readonly rows?: QueryRows;
  /** The whole as a document, where `output_format` is markdown or html. */
  readonly document?: string;
}

/** What a statement gave, types kept: numbers that JSON can hold are numbers, the others text. */
export interface QueryRows {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly Json[])[];
  readonly row_count: number;
  /** There were more rows or bytes than are kept. */
  readonly truncated: boolean;
}

export const TRENDS = ['first', 'better', 'same', 'worse'] as const;
export type Trend = (typeof TRENDS)[number];

/** Against the last review of the same job that succeeded. Findings are named `code` or `code:object`. */
export interface Comparison {
  readonly previous: {
    /** The face's integer, where it numbers executions; else the UUID. */
    readonly execution_id: string | number;
    readonly reviewed_at: string;
    readonly score: number | null;
  } | null;
  readonly trend: Trend;
  readonly new: readonly string[];
  readonly gone: readonly string[];
  readonly worse: readonly string[];
  readonly better: readonly string[];
  /** Scores of the reviews before, the newest first. */
  readonly history: readonly { readonly reviewed_at: string; readonly score: number | null }[];
}
