import type { Job, JobSpec } from '../../../../domain/job.ts';
import type { Json, JsonObject } from '../../../../domain/json.ts';
import type { Schedule } from '../../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import type { CreateBody, UpdateBody } from '../schema/task-bodies.ts';
import { readDependencies } from './dependency-list.ts';
import { DEFAULT_POLICY, mergePolicy } from './policy-shape.ts';
import { resolveAction } from './resolve-action.ts';
import { changeTiming, readTiming, readTimezone } from './schedule-shape.ts';
import { readTags } from './tags-shape.ts';

/** When a body was read, and the functions that a task may name. */
export interface Reading extends ParseContext {
  readonly functions: ReadonlySet<string>;
}

/** The body of a creation as the domain knows a job. Throws INVALID_… naming every faulty field of a part. */
export function specOf(body: CreateBody, reading: Reading): JobSpec {
  const payload = body.payload === undefined ? {} : (body.payload as Json);
  const zone = readTimezone(body);
  const schedule = readTiming(body.task_type, body, reading);
  return {
    name: body.task_name,
    description: body.description ?? '',
    schedule,
    action: resolveAction({ name: body.task_name, payload }, reading.functions),
    policy: mergePolicy(DEFAULT_POLICY, body),
    variables: {},
    tags: body.tags === undefined ? [] : readTags(body.tags),
    enabled: body.enabled ?? true,
    extra: extraOf(payload, schedule, zone),
    ...(body.dependencies !== undefined && { dependencies: readDependencies(body.dependencies) }),
  };
}

/**
 * Merges a change into a job: payload, tags and dependencies as a whole, the schedule field by field. What a task does is
 * resolved anew with its payload or name.
 */
export function patchOf(job: Job, body: UpdateBody, reading: Reading): Partial<JobSpec> {
  const { task_name: name = job.name, description, enabled, tags, dependencies } = body;
  const payload = body.payload === undefined ? payloadOf(job) : (body.payload as Json);
  const zone = readTimezone(body) ?? zoneOf(job);
  const schedule = changeTiming(job.schedule, { type: body.task_type, body }, reading);
  const resolves = body.payload !== undefined || body.task_name !== undefined;
  return {
    name,
    ...(description !== undefined && { description }),
    ...(enabled !== undefined && { enabled }),
    ...(tags !== undefined && { tags: readTags(tags) }),
    ...(dependencies !== undefined && { dependencies: readDependencies(dependencies) }),
    ...(resolves && { action: resolveAction({ name, payload }, reading.functions) }),
    schedule,
    policy: mergePolicy(job.policy, body),
    extra: extraOf(payload, schedule, zone),
  };
}

/** A task's payload as it was given. */
export function payloadOf({ extra }: Pick<Job, 'extra'>): Json {
  return extra['payload'] === undefined ? {} : extra['payload'];
}

function zoneOf({ schedule, extra }: Job): string | null {
  const kept = 'timezone' in schedule ? schedule.timezone : extra['timezone'];
  return typeof kept === 'string' ? kept : null;
}

/** The zone is kept here where the kind of schedule has none of its own. */
function extraOf(payload: Json, schedule: Schedule, zone: string | null): JsonObject {
  return { payload, ...(zone !== null && !('timezone' in schedule) && { timezone: zone }) };
}
