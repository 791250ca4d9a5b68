import { ACTS } from '../../api/faces/console/routes/acts.ts';
import { readingOf } from '../../api/faces/console/routes/reading.ts';
import { cleanupBody, createBody, updateBody, type JobAction } from '../../api/faces/console/schema/job-bodies.ts';
import { inFieldNames, patchOf, specOf } from '../../api/faces/console/translate/job-input.ts';
import { statusShape } from '../../api/faces/console/translate/status-shape.ts';
import { cleanUpHistory } from '../../api/verbs/clean-up-history.ts';
import type { VerbContext } from '../../api/verbs/context.ts';
import { createJob } from '../../api/verbs/create-job.ts';
import { deleteJob } from '../../api/verbs/delete-job.ts';
import { getKeptJob } from '../../api/verbs/kept-job.ts';
import { refuseProtected } from '../../api/verbs/refuse-protected.ts';
import { schedulerStatus } from '../../api/verbs/scheduler-status.ts';
import { updateJob } from '../../api/verbs/update-job.ts';
import { parseWith } from '../../domain/parse.ts';
import { readHistory, readJob, readJobs, shownJob } from './reading-jobs.ts';
import type { Scheduler } from './scheduler.ts';

/** Where the service works: connected, as this instance, in someone's name. */
export interface ServiceSeat {
  readonly instanceId: string;
  contextAs(subject: string): VerbContext;
}

export type SchedulerService = Omit<Scheduler, 'initialize' | 'start' | 'stop' | 'repository'>;

/** Who acts where a caller names nobody. */
export const LIBRARY = 'library';

/** console.txt, Service Layer, over the verbs of the console face: the same rules, the same refusals. */
export function createService(seat: () => ServiceSeat): SchedulerService {
  const context = (subject = LIBRARY) => seat().contextAs(subject);
  const act = async (action: JobAction, jobId: number, options: { by?: string; force?: boolean } = {}) => {
    const { by, force = false } = options;
    const ctx = context(by);
    const executionId = await ACTS[action].act(ctx, { job: keyOf(jobId), force, demand: () => undefined });
    return { executionId, job: await readJob(ctx, jobId) };
  };
  return {
    async createJob(data, createdById) {
      const ctx = context(createdById);
      const body = parseWith(createBody, data, 'INVALID_INPUT');
      const view = await createJob(ctx, { spec: specOf(body, await readingOf(ctx)) }).catch((error: unknown) => {
        throw inFieldNames(error);
      });
      return shownJob({ ...view, isDeleted: false });
    },
    getJob: (jobId) => readJob(context(), jobId),
    listJobs: (page, perPage, filters) => readJobs(context(), { page, perPage, filters }),
    async updateJob(jobId, data, updatedById, force = false) {
      const ctx = context(updatedById);
      const body = parseWith(updateBody, data, 'INVALID_INPUT');
      const reading = await readingOf(ctx);
      const { after } = await updateJob(ctx, {
        job: keyOf(jobId),
        demand: (job) => {
          if (body.isEnabled === false && job.enabled) refuseProtected(job, { what: 'disabled', force });
        },
        merge: (job) => patchOf(job, body, reading),
      }).catch((error: unknown) => {
        throw inFieldNames(error);
      });
      return shownJob({ ...after, isDeleted: false });
    },
    async deleteJob(jobId, force = false) {
      const ctx = context();
      const demand = (job: Parameters<typeof refuseProtected>[0]) => refuseProtected(job, { what: 'deleted', force });
      const { job } = await deleteJob(ctx, { job: keyOf(jobId), demand });
      return shownJob(await getKeptJob(ctx, { id: job.id }, true));
    },
    enableJob: async (jobId) => (await act('enable', jobId)).job,
    disableJob: async (jobId, force = false) => (await act('disable', jobId, { force })).job,
    async triggerJobNow(jobId, triggeredByUserId, force = false) {
      const by = triggeredByUserId === undefined ? {} : { by: triggeredByUserId };
      const { executionId, job } = await act('trigger', jobId, { ...by, force });
      return [executionId ?? '', job];
    },
    pauseJob: async (jobId) => (await act('pause', jobId)).job,
    resumeJob: async (jobId) => (await act('resume', jobId)).job,
    getJobHistory: (jobId, filters, page, perPage) => readHistory(context(), jobId, { filters, page, perPage }),
    getAllHistory: (filters, page, perPage) => readHistory(context(), null, { filters, page, perPage }),
    async getStatus() {
      const { lastHeartbeat, ...status } = statusShape(await schedulerStatus(context(), seat().instanceId));
      return { ...status, lastHeartbeat: lastHeartbeat ?? '' };
    },
    async cleanupHistory(retentionDays = 30) {
      const days = parseWith(cleanupBody, { retentionDays }, 'INVALID_INPUT').retentionDays ?? retentionDays;
      const deletedCount = await cleanUpHistory(context(), days);
      return { deletedCount, message: `Cleaned up ${deletedCount} execution records older than ${days} days` };
    },
  };
}

function keyOf(jobId: number) {
  return { number: jobId, shown: String(jobId) };
}
