/** THE LIST: what the worker's bundle serves. */
export { bulkRun } from './bulk-run.ts';
export { clock } from './clock.ts';
export { housekeeper } from './housekeeper.ts';
export { runGroup } from './run-group.ts';
export { runJob } from './run-job.ts';
export { timedResume } from './timed-resume.ts';
