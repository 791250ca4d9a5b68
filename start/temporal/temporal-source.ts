import type { Report } from '../report.ts';

export interface TemporalSourceOptions {
  env: NodeJS.ProcessEnv;
  report: Report;
  /** Our own entry point, which the download runs in a process of its own. */
  entry: string;
  stopping?: AbortSignal;
}

/** How the `temporal` program came into a folder: its path there, or why it did not. */
export type Fetched = { path: string } | { problem: string };

/** One way to get the `temporal` program into an empty folder. */
export type TemporalSource = (folder: string, options: TemporalSourceOptions) => Promise<Fetched>;
