import type { Migration } from 'kysely';
import { initial } from './0001-initial.ts';
import { jobTally } from './0002-job-tally.ts';
import { foresight } from './0003-foresight.ts';
import { bulk } from './0003-bulk.ts';
import { notifications } from './0004-notifications.ts';
import { functions } from './0005-functions.ts';
import { dependencies } from './0006-dependencies.ts';
import { taskLists } from './0007-task-lists.ts';
import { importProgress } from './0008-import-progress.ts';
import { eventRelay } from './0011-event-relay.ts';
import { revisionRoles } from './0012-revision-roles.ts';
import { consoleViews } from './0012-console-views.ts';
import { commandLists } from './0013-command-lists.ts';
import { scheduleTemplates } from './0014-schedule-templates.ts';
import { reviewer } from './0015-reviewer.ts';
import { metrics } from './0016-metrics.ts';
import { faceRollupSlots } from './0018-face-rollup-slots.ts';
import { rarerStates } from './0019-rarer-states.ts';

/** THE LIST, in order; forward only. Names are recorded in the database: never rename or reorder. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-job-tally': jobTally,
  '0003-foresight': foresight,
  '0003-bulk': bulk,
  '0004-notifications': notifications,
  '0005-functions': functions,
  '0006-dependencies': dependencies,
  '0007-task-lists': taskLists,
  '0008-import-progress': importProgress,
  '0011-event-relay': eventRelay,
  '0012-revision-roles': revisionRoles,
  '0012-console-views': consoleViews,
  '0013-command-lists': commandLists,
  '0014-schedule-templates': scheduleTemplates,
  '0015-reviewer': reviewer,
  '0016-metrics': metrics,
  '0018-face-rollup-slots': faceRollupSlots,
  '0019-rarer-states': rarerStates,
};
