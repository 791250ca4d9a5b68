import type { Json } from '../json.ts';

export const LANGUAGES = ['ru', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in each language that reviews speak. */
export type Words = Readonly<Record<Language, string>>;

/** From the gravest to the least. */
export const SEVERITIES = ['critical', 'warning', 'notice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a check found, in every language. */
export interface Found {
  /** Stable, such as `unused_index`. */
  readonly code: string;
  readonly severity: Severity;
  /** What it is about, such as `public.orders`; null: the whole server. With `code` it tells findings apart. */
  readonly object: string | null;
  readonly title: Words;
  readonly evidence: Words;
  readonly advice: Words;
  /** What an administrator may run, after having read it; null where there is nothing to run. */
  readonly sql: string | null;
  /** What it is judged by: larger is worse. Compared from review to review. */
  readonly measure: number | null;
}

/** A finding as it is kept and shown, in the language that was asked for. */
export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly object: string | null;
  readonly title: string;
  readonly evidence: string;
  readonly recommendation: string;
  readonly sql: string | null;
  readonly measure: number | null;
}

export function findingIn(language: Language, found: Found): Finding {
  const { code, severity, object, title, evidence, advice, sql, measure } = found;
  return {
    code,
    severity,
    object,
    title: title[language],
    evidence: evidence[language],
    recommendation: advice[language],
    sql,
    measure,
  };
}

/** What could not be looked at, and what would allow it. */
export interface Lacking {
  readonly what: Words;
  readonly sql: string | null;
}

/** Rows of facts under a name, such as `top_queries`. */
export type Facts = Readonly<Record<string, Json>>;
