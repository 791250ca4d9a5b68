import type { BinaryOptions } from '../binaries/binary-source.ts';

export interface TemporalSourceOptions extends BinaryOptions {
  /** Our own entry point, which the download runs in a process of its own. */
  entry: string;
}
