import { isoTime } from '../domain/iso-time.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Instant } from '../domain/schedules/kind.ts';
import type { Lookup } from '../domain/templates.ts';
import type { Deps } from './deps.ts';

type Sources = Pick<Deps, 'environment' | 'latestValue' | 'deviceId' | 'now'>;
type Run = { readonly executionId: string; readonly jobId: string; readonly jobName: string; readonly dueAt: Instant };

const BUILT_IN: Readonly<Record<string, (deps: Sources, run: Run) => string>> = {
  NOW: (deps) => utcSeconds(deps.now()),
  DEVICE_ID: (deps) => deps.deviceId,
  JOB_ID: (_deps, run) => run.jobId,
  JOB_NAME: (_deps, run) => run.jobName,
  EXECUTION_ID: (_deps, run) => run.executionId,
  SCHEDULED_TIME: (_deps, run) => utcSeconds(run.dueAt),
};

/**
 * Template variables of one run, the nearest source first: run parameters, the job's variables, last MQTT values, the
 * environment, built-in (DECISIONS section 4). Built-in times are UTC to the second, as gateway.txt prints them.
 */
export function lookupFor(deps: Sources, run: Run, parameters: JsonObject, variables: JsonObject): Lookup {
  return (name) => {
    for (const source of [parameters, variables]) if (Object.hasOwn(source, name)) return source[name];
    const latest = deps.latestValue(name);
    if (latest !== undefined) return latest;
    if (Object.hasOwn(deps.environment, name)) return deps.environment[name];
    return Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name]?.(deps, run) : undefined;
  };
}

function utcSeconds(instant: Instant): string {
  return `${isoTime(instant).slice(0, -5)}Z`;
}
