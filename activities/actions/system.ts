import type { SystemAction, SystemOperation } from '../../domain/actions/system.ts';
import type { ActionHandler } from './handler.ts';
import { backup } from './system/backup.ts';
import { healthCheck } from './system/health-check.ts';
import { restart } from './system/restart.ts';
import type { SystemRun } from './system/system-run.ts';

const OPERATIONS: { readonly [O in SystemOperation]: SystemRun<O> } = { health_check: healthCheck, backup, restart };

/** System operations (DECISIONS section 5, system). */
export const system: ActionHandler<SystemAction> = {
  run: (action, context) => OPERATIONS[action.operation](action.parameters as never, context),
};
