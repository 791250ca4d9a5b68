/** The workflows that `workflows/` exports, as the client names them; a test holds them against its list. */
export const WORKFLOWS = {
  bulkRun: 'bulkRun',
  clock: 'clock',
  housekeeper: 'housekeeper',
  runGroup: 'runGroup',
  runJob: 'runJob',
  timedResume: 'timedResume',
} as const;

/** The task queue of every workflow. */
export const CONTROL_QUEUE = 'control';

/** The task queue of what runs do. */
export const ACTIONS_QUEUE = 'actions';
