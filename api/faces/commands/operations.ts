import type { Job } from '../../../domain/job.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { JobChange } from '../../verbs/change-job.ts';
import { createJob } from '../../verbs/create-job.ts';
import { deleteJob } from '../../verbs/delete-job.ts';
import { pauseJob } from '../../verbs/pause-job.ts';
import { withPhase, type PhasedJob } from '../../verbs/phased-job.ts';
import { resumeJob } from '../../verbs/resume-job.ts';
import { runJob, type StartedRun } from '../../verbs/run-job.ts';
import { updateJob } from '../../verbs/update-job.ts';
import type { CreateBody, UpdateBody } from './schema/schedule-bodies.ts';
import { claimantOf, type Request } from './translate/claimant.ts';
import { scheduleKey } from './translate/schedule-id.ts';
import { patchOf, readingOf, specOf } from './translate/schedule-input.ts';
import { inScheduleNames } from './translate/target-shape.ts';

/*
 * What the six commands do, by HTTP and by NATS alike: the same validation, rights and audit (issue 6). Bodies are
 * checked by their schemas before.
 */
type Demand = JobChange['demand'];

export async function createSchedule(request: Request, body: CreateBody, extra: JsonObject = {}): Promise<PhasedJob> {
  const creator = await claimantOf(request, 'created');
  const reading = readingOf(request.verb);
  const spec = specOf(body, reading, extra);
  const maker = { createdBy: creator.name, maxOfCreator: reading.limits.maxSchedulesPerCreator };
  return withPhase(creator.verb, await inOurNames(createJob(creator.verb, { ...maker, spec })));
}

export async function updateSchedule(
  request: Request,
  change: { id: string; body: UpdateBody; demand?: Demand },
): Promise<PhasedJob> {
  const { verb } = await claimantOf(request, 'performed', 'created');
  const reading = readingOf(verb);
  const merge = (job: Job) => patchOf(job, change.body, reading);
  const { after } = await inOurNames(updateJob(verb, { job: scheduleKey(change.id), demand: change.demand, merge }));
  return withPhase(verb, after);
}

interface Standing {
  readonly id: string;
  readonly reason?: string | undefined;
  readonly demand?: Demand;
}

export async function deleteSchedule(request: Request, { id, reason, demand }: Standing): Promise<void> {
  const { verb } = await claimantOf(request, 'performed', 'created');
  await deleteJob(verb, { job: scheduleKey(id), reason, demand });
}

export async function pauseSchedule(request: Request, { id, reason, demand }: Standing): Promise<PhasedJob> {
  const { verb } = await claimantOf(request, 'performed', 'created');
  return withPhase(verb, await pauseJob(verb, { job: scheduleKey(id), reason, demand }));
}

export async function resumeSchedule(request: Request, { id, reason, demand }: Standing): Promise<PhasedJob> {
  const { verb } = await claimantOf(request, 'performed', 'created');
  return withPhase(verb, await resumeJob(verb, { job: scheduleKey(id), reason, demand }));
}

export async function triggerSchedule(
  request: Request,
  asked: { id: string; force?: boolean | undefined; parameters?: JsonObject | undefined },
): Promise<StartedRun & { readonly triggeredBy: string }> {
  const { name, verb } = await claimantOf(request, 'triggered', 'performed', 'created');
  const { id, force = false, parameters = {} } = asked;
  const run = { job: scheduleKey(id), force, parameters, triggeredBy: name };
  return { ...(await runJob(verb, run)), triggeredBy: name };
}

async function inOurNames<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw inScheduleNames(error);
  }
}
