import type { Part } from '../part.ts';
import { conflicts } from './conflicts.ts';
import { fires } from './fires.ts';
import { herd } from './herd.ts';

/** THE LIST: every benchmark, in the order in which they run. */
export const PARTS: readonly Part[] = [fires, herd, conflicts];
