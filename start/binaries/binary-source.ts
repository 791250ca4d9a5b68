import type { Report } from '../report.ts';

export interface BinaryOptions {
  env: NodeJS.ProcessEnv;
  report: Report;
  stopping?: AbortSignal | undefined;
}

/** How a program came into a folder: its path there, or why it did not. */
export type Fetched = { path: string } | { problem: string };

/** One way to get a program into an empty folder. */
export type BinarySource<Options extends BinaryOptions> = (folder: string, options: Options) => Promise<Fetched>;
