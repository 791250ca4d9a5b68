import type { Check } from '../check.ts';
import { logs } from './logs.ts';

/** THE LIST: what `log_analysis` looks at; its rules are in the files beside it. */
export const LOG_CHECKS: readonly Check[] = [logs];
