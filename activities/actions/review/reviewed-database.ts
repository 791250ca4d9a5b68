import type { Words, Lacking } from '../../../domain/reviews/finding.ts';
import type { QueryRows } from '../../../domain/reviews/report.ts';

/** A database while it is reviewed: one session in a read-only transaction that is always rolled back. */
export interface ReviewedDatabase {
  readonly connection: { readonly id: number; readonly name: string };
  readonly database: string;
  /** Such as `18.4`; `versionNumber` is 180004. */
  readonly version: string;
  readonly versionNumber: number;
  readonly role: string;
  /** What the session may not do, and what would allow it. */
  readonly lacking: readonly Lacking[];
  /** Of the database's machine; null where it is another one than ours and nobody told. */
  readonly machine: { readonly memoryBytes: number; readonly cpus: number } | null;
  /**
   * Runs a statement of ours. Rejects with a `QueryRefused` where the database refuses it, which leaves the session
   * usable, and with an ActionFailure where nothing more can be asked.
   */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs a statement of a user's: one that reads. Rejects with an ActionFailure where it is refused or fails. */
  select(text: string, most: { readonly rows: number; readonly bytes: number }): Promise<QueryRows>;
  /** The ends of the newest logs, oldest first, at most `bytes` together. */
  readLogs(bytes: number): Promise<LogTexts>;
}

export type LogFormat = 'csv' | 'json' | 'stderr';
/** Null where none can be read, and why. */
export type LogTexts =
  | { readonly texts: readonly { readonly format: LogFormat; readonly text: string }[]; readonly lacking: null }
  | { readonly texts: null; readonly lacking: Lacking };

/** Reviews of the connections of `REVIEW_CONNECTIONS`. */
export interface Reviews {
  /**
   * Opens a session, does the work, and ends the session. Aborting `signal`, and `timeoutMs`, cancel what the database
   * is doing. Rejects with an ActionFailure when the connection is unknown, unreachable or over its time.
   */
  within<T>(
    connectionId: number,
    timeoutMs: number,
    signal: AbortSignal,
    work: (database: ReviewedDatabase) => Promise<T>,
  ): Promise<T>;
}

/** The database refused a statement: it lacks a right, a relation or a function, or a lock was not free. */
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused';
  readonly sqlState: string;
  constructor(sqlState: string, message: string) {
    super(message);
    this.sqlState = sqlState;
  }
}

export const words = (ru: string, en: string): Words => ({ ru, en });
