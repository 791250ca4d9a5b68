import type { Check } from '../check.ts';
import { autovacuum } from './autovacuum.ts';
import { connectionSettings, connectionsUsed } from './connections.ts';
import { memory } from './memory.ts';
import { observability } from './observability.ts';
import { planner } from './planner.ts';
import { securityRoles, securitySettings } from './security.ts';
import { version } from './version.ts';
import { wal } from './wal.ts';

/** THE LIST: what `config_check` looks at. */
export const CONFIG_CHECKS: readonly Check[] = [
  version,
  memory,
  wal,
  autovacuum,
  planner,
  connectionSettings,
  connectionsUsed,
  securitySettings,
  securityRoles,
  observability,
];
