import type { Job, JobSpec } from '../../../../domain/job.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import type { Limits } from '../../../verbs/context.ts';
import type { CreateBody, UpdateBody } from '../schema/job-bodies.ts';
import { changeAction, readAction } from './action-shape.ts';
import { defaultPolicy, mergePolicy } from './policy-shape.ts';
import { scheduleForm } from './schedule-shape.ts';

/** When a body was read, and what holds where it says nothing. */
export interface Reading extends ParseContext {
  readonly limits: Limits;
}

/** The body of a creation as the domain knows a job; `scheduleAt` is where its schedule stands in the body. */
export function specOf(body: CreateBody, reading: Reading, scheduleAt = 'schedule'): JobSpec {
  return {
    name: body.name,
    description: body.description ?? '',
    schedule: scheduleForm.read(body.type, body.schedule, reading, scheduleAt),
    action: readAction(body.action),
    policy: mergePolicy(defaultPolicy(reading.limits), body.advanced, body.notifications),
    variables: body.variables ?? {},
    tags: body.tags ?? [],
    enabled: body.enabled ?? true,
    extra: {},
  };
}

/** Merges a change into a job: schedule, action, advanced and notifications field by field, the rest as a whole. */
export function patchOf(job: Job, body: UpdateBody, reading: Reading): Partial<JobSpec> {
  const { name, description, enabled, tags, variables, advanced, notifications } = body;
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(enabled !== undefined && { enabled }),
    ...(tags !== undefined && { tags }),
    ...(variables !== undefined && { variables }),
    ...schedulePatch(job, body, reading),
    ...(body.action !== undefined && { action: changeAction(job.action, body.action) }),
    ...((advanced ?? notifications) !== undefined && { policy: mergePolicy(job.policy, advanced, notifications) }),
  };
}

function schedulePatch(job: Job, { type, schedule }: UpdateBody, reading: Reading): Pick<Partial<JobSpec>, 'schedule'> {
  if (schedule === undefined && type === undefined) return {};
  return { schedule: scheduleForm.change(job.schedule, { type, fields: schedule ?? {} }, reading, 'schedule') };
}
