import type { Job, JobSpec } from '../../../../domain/job.ts';
import type { JsonObject } from '../../../../domain/json.ts';
import type { Schedule } from '../../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import type { VerbContext } from '../../../verbs/context.ts';
import { isSame } from '../../../verbs/differences.ts';
import { DOCUMENTED_SCHEDULE_LIMITS, type ScheduleLimits } from '../../../verbs/schedule-limits.ts';
import type { CreateBody, UpdateBody } from '../schema/schedule-bodies.ts';
import { readDependencies } from './dependency-list.ts';
import { defaultPolicy, mergePolicy } from './policy-shape.ts';
import { readTarget } from './target-shape.ts';
import { changeTiming, readTimezone, readTiming, refuseFarAhead } from './timing-shape.ts';

/** What a body is read against: the present instant, SCHEDULER_TIMEZONE, and the configured bounds and defaults. */
export interface Reading extends ParseContext {
  readonly limits: ScheduleLimits;
}

export function readingOf(verb: VerbContext): Reading {
  const { defaultTimezone, schedules: limits = DOCUMENTED_SCHEDULE_LIMITS } = verb.limits;
  return { now: verb.now(), defaultTimezone, limits };
}

/** The body of a creation as the domain knows a job. Throws INVALID_… naming every faulty field of a part. */
export function specOf(body: CreateBody, reading: Reading, extra: JsonObject = {}): JobSpec {
  const zone = readTimezone(body);
  const schedule = readTiming(body.schedule_type, body, reading);
  refuseFarAhead(schedule, reading.now, reading.limits.maxLookaheadDays);
  return {
    name: body.name,
    description: body.description ?? '',
    schedule,
    action: readTarget(body, null),
    policy: mergePolicy(defaultPolicy(reading.limits), body),
    variables: body.variables ?? {},
    tags: body.tags ?? [],
    enabled: body.enabled ?? true,
    extra: { ...extra, ...zoneOf(schedule, zone) },
    ...(body.dependencies !== undefined && { dependencies: readDependencies(body.dependencies) }),
  };
}

/** Merges a change into a job: the timing, the command and the policy field by field, the rest as a whole. */
export function patchOf(job: Job, body: UpdateBody, reading: Reading): Partial<JobSpec> {
  const { name, description, enabled, tags, dependencies } = body;
  const schedule = changeTiming(job.schedule, { type: body.schedule_type, body }, reading);
  if (!isSame(schedule, job.schedule)) refuseFarAhead(schedule, reading.now, reading.limits.maxLookaheadDays);
  const { timezone: kept, ...extra } = job.extra;
  const zone = readTimezone(body) ?? ('timezone' in job.schedule ? job.schedule.timezone : (kept ?? null));
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(enabled !== undefined && { enabled }),
    ...(tags !== undefined && { tags }),
    ...(body.variables !== undefined && { variables: body.variables }),
    ...(dependencies !== undefined && { dependencies: readDependencies(dependencies) }),
    schedule,
    action: readTarget(body, job.action),
    policy: mergePolicy(job.policy, body),
    extra: { ...extra, ...zoneOf(schedule, typeof zone === 'string' ? zone : null) },
  };
}

/** The zone is kept beside where the kind of schedule has none of its own. */
function zoneOf(schedule: Schedule, zone: string | null): JsonObject {
  return zone === null || 'timezone' in schedule ? {} : { timezone: zone };
}
