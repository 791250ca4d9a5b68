import { parseAction } from '../../../../domain/actions/index.ts';
import type { Action } from '../../../../domain/actions/index.ts';
import { invalid } from '../../../../domain/errors.ts';
import type { Job, JobSpec } from '../../../../domain/job.ts';
import type { Json, JsonObject } from '../../../../domain/json.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import { renamedFaults } from '../../../http/renamed-faults.ts';
import type { Limits } from '../../../verbs/context.ts';
import type { RegisteredFunction } from '../../../verbs/list-functions.ts';
import type { CreateBody, UpdateBody } from '../schema/job-bodies.ts';
import { consoleFields, type ConsoleFields } from './console-fields.ts';
import { defaultPolicy, mergePolicy } from './policy-shape.ts';
import { changeTiming, readTiming } from './timing.ts';

/** What a body is read against: when, the configured defaults, and the functions there are. */
export interface Reading extends ParseContext {
  readonly limits: Pick<Limits, 'executionTimeoutSeconds' | 'misfireGraceSeconds'>;
  readonly functions: readonly RegisteredFunction[];
}

/** The body of a creation as the domain knows a job. Throws INVALID_… naming every faulty field of a part. */
export function specOf(body: CreateBody, reading: Reading): JobSpec {
  const called = functionOf(body.taskFunctionId, reading);
  const { schedule, interval } = readTiming(body, reading);
  const fields: ConsoleFields = {
    taskFunctionId: called.id,
    nameEn: body.nameEn ?? null,
    nameAr: body.nameAr ?? null,
    descriptionEn: body.descriptionEn ?? null,
    descriptionAr: body.descriptionAr ?? null,
    interval,
    isPrimary: body.isPrimary ?? false,
  };
  return {
    ...named(fields, called.nameEn),
    schedule,
    action: call(called.key, payloadIn(body) ?? {}),
    policy: mergePolicy(defaultPolicy(reading.limits), body),
    variables: {},
    tags: [],
    enabled: body.isEnabled ?? true,
  };
}

/** Merges a change into a job: what is left out stays, null clears what may be absent. */
export function patchOf(job: Job, body: UpdateBody, reading: Reading): Partial<JobSpec> {
  const old = consoleFields(job);
  const called = body.taskFunctionId === undefined ? null : functionOf(body.taskFunctionId, reading);
  const { schedule, interval } = changeTiming({ schedule: job.schedule, interval: old.interval }, body, reading);
  const text = (name: 'nameEn' | 'nameAr' | 'descriptionEn' | 'descriptionAr') =>
    body[name] === undefined ? old[name] : body[name];
  const fields: ConsoleFields = {
    taskFunctionId: called?.id ?? old.taskFunctionId,
    nameEn: text('nameEn'),
    nameAr: text('nameAr'),
    descriptionEn: text('descriptionEn'),
    descriptionAr: text('descriptionAr'),
    interval,
    isPrimary: body.isPrimary ?? old.isPrimary,
  };
  const { key, payload } = callOf(job);
  const usual = called ?? reading.functions.find(({ id }) => id === old.taskFunctionId);
  const given = payloadIn(body);
  return {
    ...named(fields, usual?.nameEn ?? key),
    ...((called !== null || given !== undefined) && { action: call(called?.key ?? key, given ?? payload) }),
    ...(body.isEnabled !== undefined && { enabled: body.isEnabled }),
    schedule,
    policy: mergePolicy(job.policy, body),
  };
}

/** The function that a job calls, and what it is handed. */
export function callOf({ action }: Pick<Job, 'action'>): { key: string; payload: Json } {
  return action.type === 'function' ? { key: action.function, payload: action.payload } : { key: '', payload: {} };
}

/** Names are overrides: without one the function's own is it. */
function named(fields: ConsoleFields, functionName: string): Pick<JobSpec, 'name' | 'description' | 'extra'> {
  return {
    name: fields.nameEn ?? fields.nameAr ?? functionName,
    description: fields.descriptionEn ?? fields.descriptionAr ?? '',
    extra: { ...fields, interval: { ...fields.interval } } satisfies JsonObject,
  };
}

function functionOf(id: number, { functions }: Reading): RegisteredFunction {
  const found = functions.find((one) => one.id === id);
  if (found !== undefined) return found;
  const message = `${id} is no task function: GET /api/v1/scheduler/task-functions lists them`;
  throw invalid('INVALID_INPUT', [{ path: 'taskFunctionId', message }]);
}

function payloadIn({ payload }: CreateBody | UpdateBody): Json | undefined {
  return payload as Json | undefined;
}

function call(key: string, payload: Json): Action {
  try {
    return parseAction({ type: 'function', function: key, payload });
  } catch (error) {
    throw inFieldNames(error);
  }
}

/** A refusal of the action by the names that a body has. */
export function inFieldNames(error: unknown): unknown {
  return renamedFaults(error, (path) => (path === 'function' || path === 'action' ? 'taskFunctionId' : path));
}
