import { availableParallelism, totalmem } from 'node:os';
import type { ReviewedDatabase } from '../../activities/actions/review/reviewed-database.ts';
import type { ReviewConnection } from './connection.ts';

const GB = 2 ** 30;
const HERE = new Set(['', 'localhost', '127.0.0.1', '[::1]']);

/** The size of the database's machine: as configured, else ours where it is the same. */
export function machineOf({ url, memoryGb, cpus }: ReviewConnection): ReviewedDatabase['machine'] {
  if (memoryGb !== null) return { memoryBytes: memoryGb * GB, cpus: cpus ?? availableParallelism() };
  const parsed = new URL(url);
  const isHere = HERE.has(parsed.searchParams.get('host') ?? parsed.hostname);
  return isHere ? { memoryBytes: totalmem(), cpus: availableParallelism() } : null;
}
