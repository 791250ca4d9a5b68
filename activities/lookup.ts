import type { JsonObject } from '../domain/json.ts';
import type { Lookup } from '../domain/templates.ts';
import type { Deps } from './deps.ts';

/**
 * Template variables of one run, the nearest source first: run parameters, the job's variables, last MQTT values, the
 * environment, built-in (DECISIONS section 4). Built-in times are UTC to the second, as gateway.txt prints them.
 */
export function lookupFor(
  deps: Pick<Deps, 'environment' | 'latestValue' | 'deviceId' | 'now'>,
  run: { executionId: string; jobId: string; jobName: string; dueAt: number },
  parameters: JsonObject,
  variables: JsonObject,
): Lookup {
  const builtIn: Record<string, () => string> = {
    NOW: () => utcSeconds(deps.now()),
    DEVICE_ID: () => deps.deviceId,
    JOB_ID: () => run.jobId,
    JOB_NAME: () => run.jobName,
    EXECUTION_ID: () => run.executionId,
    SCHEDULED_TIME: () => utcSeconds(run.dueAt),
  };
  return (name) => {
    for (const source of [parameters, variables]) if (Object.hasOwn(source, name)) return source[name];
    const latest = deps.latestValue(name);
    if (latest !== undefined) return latest;
    if (Object.hasOwn(deps.environment, name)) return deps.environment[name];
    return Object.hasOwn(builtIn, name) ? builtIn[name]?.() : undefined;
  };
}

function utcSeconds(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
