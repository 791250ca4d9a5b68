import { totalmem } from 'node:os';

const MB = 2 ** 20;
/** More than this is of no use: it holds what a second of some thousand fires allocates. */
const MOST_MB = 128;
/** Node's own default. */
const LEAST_MB = 16;

/**
 * How Node runs the service: stacks of the source; and a young generation that holds what a second of a busy clock
 * allocates, since collecting it half done costs up to a third of a fire's CPU. It grows only where it is used; a small
 * machine gives it less. The Dockerfile says the same for a machine of 2 GB.
 */
export const NODE_FLAGS = [
  '--enable-source-maps',
  `--max-semi-space-size=${youngGenerationMb(memoryBytes())}`,
] as const;

/** A 64th of the memory, within bounds, in MB. */
export function youngGenerationMb(bytes: number): number {
  return Math.min(MOST_MB, Math.max(LEAST_MB, Math.floor(bytes / MB / 64)));
}

/** Of the machine, or of the container where that has less. */
function memoryBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}
