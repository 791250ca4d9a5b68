import { parseAction } from '../../domain/actions/index.ts';
import type { JobSpec } from '../../domain/job.ts';
import type { Policy } from '../../domain/policy.ts';
import { parseSchedule } from '../../domain/schedules/index.ts';

const POLICY: Policy = {
  maxRetries: 0,
  retryDelaySeconds: 2,
  retryBackoff: 'exponential',
  retryJitterPercentage: 0,
  timeoutSeconds: 300,
  maxConcurrent: 1,
  misfireGraceSeconds: 60,
  coalesce: true,
  priority: 5,
  stopOnError: false,
  notifications: { onSuccess: false, onFailure: false, onTimeout: false },
};

/** A job that publishes a filled template at QoS 1, as the gateway document's own examples do. */
export function publishJob(number: number, schedule: object, now: number): JobSpec {
  const payload = '{"job":"${JOB_ID}","at":"${NOW}","execution":"${EXECUTION_ID}"}';
  return spec(number, schedule, { type: 'publish', topic: `bench/${number}`, payload, qos: 1 }, now);
}

/** A job without a schedule, run by hand, whose action costs nothing. */
export function logJob(number: number, now: number): JobSpec {
  return spec(number, { kind: 'none' }, { type: 'log', message: 'done', level: 'debug' }, now);
}

function spec(number: number, schedule: object, action: object, now: number): JobSpec {
  return {
    name: `bench ${number}`,
    description: '',
    schedule: parseSchedule(schedule, { now, defaultTimezone: 'UTC' }),
    action: parseAction(action),
    policy: POLICY,
    variables: {},
    tags: [],
    enabled: true,
    extra: {},
  };
}
