import { parseAction } from '../../../../domain/actions/index.ts';
import { invalid } from '../../../../domain/errors.ts';
import { DEFAULT_QUERY_TIMEOUT_S, type ReviewAction, type TaskType } from '../../../../domain/actions/review.ts';
import type { Job, JobSpec } from '../../../../domain/job.ts';
import type { JsonObject } from '../../../../domain/json.ts';
import { PRIORITY_WORDS, type Policy } from '../../../../domain/policy.ts';
import { parseSchedule, type Schedule } from '../../../../domain/schedules/index.ts';
import type { ParseContext } from '../../../../domain/schedules/kind.ts';
import { renamedFaults } from '../../../http/renamed-faults.ts';
import type { CreateBody, TaskParams, UpdateBody } from '../schema/task-bodies.ts';

/** A review bounds itself by its query_timeout, and then says so; the attempt's own bound comes after that. */
const TO_STOP_S = 30;

/** The body of a creation as the domain knows a job. Throws INVALID_… naming every faulty field of a part. */
export function specOf(body: CreateBody, context: ParseContext): JobSpec {
  const params = body.task_params ?? {};
  const action = readReview(body.task_type, body.connection_id, params);
  return {
    name: body.name,
    description: body.description ?? '',
    schedule: readCron(null, body.cron_schedule, context),
    action,
    policy: policyOf(action),
    variables: {},
    tags: [],
    enabled: body.is_active ?? true,
    extra: { taskParams: params as JsonObject },
  };
}

/** Merges a change into a task: what is left out, or null, stays; `task_params` are replaced as a whole. */
export function patchOf(job: Job, body: UpdateBody, context: ParseContext): Partial<JobSpec> {
  const { task_type: type, connection_id: connection } = reviewOf(job);
  const params = body.task_params ?? undefined;
  const action = params === undefined ? undefined : readReview(type, connection, params);
  return {
    ...(body.name != null && { name: body.name }),
    ...(body.description != null && { description: body.description }),
    ...(body.cron_schedule != null && { schedule: readCron(job.schedule, body.cron_schedule, context) }),
    ...(body.is_active != null && { enabled: body.is_active }),
    ...(action !== undefined && {
      action,
      policy: policyOf(action),
      extra: { ...job.extra, taskParams: params as JsonObject },
    }),
  };
}

/** What a task of this face does. */
export function reviewOf({ id, action }: Pick<Job, 'id' | 'action'>): ReviewAction {
  if (action.type === 'review') return action;
  throw new Error(`Job ${id} of the reviewer face does not review but does ${action.type}`);
}

/** A cron expression in SCHEDULER_TIMEZONE; the zone in which a task was made stays. */
function readCron(current: Schedule | null, expression: string, context: ParseContext): Schedule {
  const zone = current?.kind === 'cron' ? { timezone: current.timezone } : {};
  return inTaskNames(() => parseSchedule({ kind: 'cron', expression, ...zone }, context));
}

function readReview(type: TaskType, connection: number, params: TaskParams): ReviewAction {
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value != null));
  const input = { ...given, type: 'review', task_type: type, connection_id: connection };
  return reviewOf({ id: '', action: inTaskNames(() => parseAction(input)) });
}

/** DECISIONS section 9: what a task has, since its document says nothing of it. */
function policyOf({ query_timeout: seconds = DEFAULT_QUERY_TIMEOUT_S }: ReviewAction): Policy {
  return {
    maxRetries: 0,
    retryDelaySeconds: 2,
    retryBackoff: 'exponential',
    retryJitterPercentage: 0,
    timeoutSeconds: seconds + TO_STOP_S,
    maxConcurrent: 1,
    misfireGraceSeconds: 300,
    coalesce: true,
    priority: PRIORITY_WORDS.medium,
    stopOnError: false,
    notifications: { onSuccess: false, onFailure: false, onTimeout: false },
  };
}

const OWN_NAMES: ReadonlySet<string> = new Set(['task_type', 'connection_id', 'cron_schedule']);
const UNKNOWN_CONNECTION = /^connection_id: /;

/** Refusals by the names that a body has. */
function inTaskNames<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw renamed(error);
  }
}

/** The same of a refusal that comes later. */
export function renamed(error: unknown): unknown {
  return renamedFaults(
    error,
    (path) => {
      if (path === 'action') return 'connection_id';
      if (path === 'expression') return 'cron_schedule';
      return path === '' || OWN_NAMES.has(path) ? path : `task_params.${path}`;
    },
    (message) => message.replace(UNKNOWN_CONNECTION, ''),
  );
}

/** The schedule that a preview asks about: a new one, or that of a stored task, changed or not. */
export function previewedCron(
  current: Schedule | null,
  expression: string | undefined,
  context: ParseContext,
): Schedule {
  if (expression !== undefined) return readCron(current, expression, context);
  if (current !== null) return current;
  const message = 'is missing: give an expression such as "0 2 * * *", or the task_id of a stored task';
  throw invalid('INVALID_SCHEDULE', [{ path: 'cron_schedule', message }]);
}
