import type { SystemRun } from './system-run.ts';

/** A graceful stop, after which the supervisor starts anew (DECISIONS section 5): this run is recorded before. */
export const restart: SystemRun<'restart'> = async (_parameters, context) => {
  const reason = `asked for by the job "${context.run.jobName}"`;
  context.log('warn', `The service restarts: ${reason}`);
  context.deps.requestRestart(reason);
  return { message: 'The service restarts once its running work is done' };
};
