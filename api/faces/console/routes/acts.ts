import { DomainError } from '../../../../domain/errors.ts';
import type { Job } from '../../../../domain/job.ts';
import type { VerbContext } from '../../../verbs/context.ts';
import type { JobKey } from '../../../verbs/job-view.ts';
import { pauseJob } from '../../../verbs/pause-job.ts';
import { refuseProtected } from '../../../verbs/refuse-protected.ts';
import { resumeJob } from '../../../verbs/resume-job.ts';
import { runJob } from '../../../verbs/run-job.ts';
import { setEnabled } from '../../../verbs/set-enabled.ts';
import type { JobAction } from '../schema/job-bodies.ts';

interface Asked {
  readonly job: JobKey;
  readonly force: boolean;
  readonly demand: (job: Job) => void;
}

/** Returns the id of the execution that it began, or null. */
type Act = (verb: VerbContext, asked: Asked) => Promise<string | null>;

const setting =
  (enabled: boolean): Act =>
  async (verb, { job, force, demand }) => {
    await setEnabled(verb, {
      job,
      enabled,
      endsPause: true,
      demand: (current) => {
        demand(current);
        if (!enabled && current.enabled) refuseProtected(current, { what: 'disabled', force });
      },
    });
    return null;
  };

const suspending =
  (change: typeof pauseJob): Act =>
  async (verb, { job, demand }) => {
    await change(verb, {
      job,
      demand: (current) => {
        demand(current);
        if (!current.enabled) throw notScheduled();
      },
    });
    return null;
  };

function notScheduled(): DomainError {
  return new DomainError('JOB_DISABLED', 'The job is disabled, so it can be neither paused nor resumed: enable it.');
}

/**
 * console.txt, Action Types, and how each is told of. `disable` takes a job out of the scheduler, `pause` suspends it
 * without disabling; `enable` schedules it anew, so that it is not paused either.
 */
export const ACTS: Readonly<Record<JobAction, { readonly done: string; readonly act: Act }>> = {
  enable: { done: 'enabled', act: setting(true) },
  disable: { done: 'disabled', act: setting(false) },
  trigger: {
    done: 'triggered',
    act: async (verb, { job, force }) => (await runJob(verb, { job, force, parameters: {} })).executionId,
  },
  pause: { done: 'paused', act: suspending(pauseJob) },
  resume: { done: 'resumed', act: suspending(resumeJob) },
};
