import { parseAction } from '../../domain/actions/index.ts';
import type { Dependency } from '../../domain/dependencies.ts';
import type { JobSpec } from '../../domain/job.ts';
import type { Policy } from '../../domain/policy.ts';
import { parseSchedule } from '../../domain/schedules/index.ts';

export const POLICY: Policy = {
  maxRetries: 0,
  retryDelaySeconds: 0,
  retryBackoff: 'fixed',
  retryJitterPercentage: 0,
  timeoutSeconds: 30,
  maxConcurrent: 1,
  misfireGraceSeconds: 60,
  coalesce: true,
  priority: 5,
  stopOnError: false,
  notifications: { onSuccess: false, onFailure: false, onTimeout: false },
};

/** What a test says of a job; the rest is usual: every second, a publish to the job's own topic, no retries. */
export interface SpecOverrides {
  readonly name?: string;
  /** As a face gives it to `parseSchedule`. */
  readonly schedule?: object;
  readonly action?: object;
  readonly policy?: Partial<Policy>;
  readonly variables?: JobSpec['variables'];
  readonly tags?: readonly string[];
  readonly enabled?: boolean;
  readonly dependencies?: readonly Dependency[];
}

let made = 0;

export function jobSpec(overrides: SpecOverrides, now: number): JobSpec {
  const name = overrides.name ?? `job ${(made += 1)}`;
  return {
    name,
    description: '',
    schedule: parseSchedule(overrides.schedule ?? { kind: 'interval', everySeconds: 1 }, {
      now,
      defaultTimezone: 'UTC',
    }),
    action: parseAction(overrides.action ?? { type: 'publish', topic: topicOf(name), payload: 'tick' }),
    policy: { ...POLICY, ...overrides.policy },
    variables: overrides.variables ?? {},
    tags: overrides.tags ?? [],
    enabled: overrides.enabled ?? true,
    extra: {},
    ...(overrides.dependencies !== undefined && { dependencies: overrides.dependencies }),
  };
}

/** The topic to which a job publishes that says nothing else. */
export function topicOf(jobName: string): string {
  return `test/${jobName.replaceAll(' ', '-')}`;
}
