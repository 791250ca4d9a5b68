import type { Part } from '../part.ts';
import { conflicts } from './conflicts.ts';
import { creations } from './creations.ts';
import { fires } from './fires.ts';
import { herd } from './herd.ts';
import { reads } from './reads.ts';
import { runs } from './runs.ts';
import { trigger } from './trigger.ts';
import { why } from './why.ts';

/** THE LIST: every benchmark, in the order in which they run. */
export const PARTS: readonly Part[] = [fires, herd, trigger, runs, reads, creations, conflicts, why];
