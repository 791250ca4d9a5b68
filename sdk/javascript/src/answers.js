import { fromWire } from './field-names.js';
import { Page } from './page.js';

/** Reads an object of the API: `needed` must be there, `inside` says how single fields are made of their JSON. */
const record = (needed, inside = {}) => {
  return (data) => {
    if (typeof data !== 'object' || data === null) throw new TypeError('not an object');
    const fields = fromWire(data);
    for (const name of needed) if (!Object.hasOwn(fields, name)) throw new TypeError(`no ${name}`);
    for (const [name, read] of Object.entries(inside)) {
      if (fields[name] !== undefined && fields[name] !== null) fields[name] = read(fields[name]);
    }
    return fields;
  };
};

const listOf = (read) => (items) => Array.from(items, read);

const instant = (text) => {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new TypeError(`${text} is not an instant`);
  return at;
};

export const task = record(['taskId', 'taskName', 'status'], {
  nextExecutionTime: instant,
  lastExecutionTime: instant,
  runAt: instant,
  createdAt: instant,
  updatedAt: instant,
  pausedAt: instant,
  dependencies: listOf(record([])),
});
export const updatedTask = record(['taskId', 'updatedFields'], { nextExecutionTime: instant, updatedAt: instant });
export const pausedTask = record(['taskId', 'status'], { pausedAt: instant });
export const resumedTask = record(['taskId', 'status'], { nextExecutionTime: instant, resumedAt: instant });
export const execution = record(['executionId', 'taskId', 'status'], {
  scheduledAt: instant,
  startedAt: instant,
  completedAt: instant,
  error: record([]),
});
export const triggered = record(['executionId', 'taskId', 'status'], { queuedAt: instant });
export const cancelled = record(['executionId', 'status'], { cancelledAt: instant });
export const dependency = record(['dependencyId', 'dependsOnTaskId', 'dependencyType'], {
  lastEnd: record([], { at: instant }),
});
export const graph = record(['nodes', 'edges'], {
  nodes: listOf(record(['taskId'], { lastExecutionTime: instant })),
  edges: listOf(record(['dependencyId'])),
});
export const bulkCreated = record(['created', 'failed', 'taskIds'], { errors: listOf(record([])) });
export const bulkDeleted = record(['deleted', 'failed'], { errors: listOf(record([])) });
export const taskStats = record(['taskId', 'totalExecutions'], { last7Days: record(['executions']) });
export const systemStatus = record(['status'], { scheduler: record([]), workers: record([]), queue: record([]) });
export const workers = record(['workers', 'total'], {
  workers: listOf(record(['workerId'], { lastHeartbeat: instant })),
});

const logLines = record(['logs'], { logs: listOf(record(['message'], { timestamp: instant })) });
const dependencyList = record(['dependencies'], { dependencies: listOf(dependency) });

export const logs = (data) => logLines(data).logs;
export const dependencies = (data) => dependencyList(data).dependencies;
export const nothing = () => undefined;

/** A page of the items below `name`. */
export function pageOf(name, read) {
  const page = record([name], { [name]: listOf(read) });
  return (data, headers) => {
    const { [name]: items, total, limit, offset } = page(data);
    return new Page(items, { total, limit, offset, link: headers.get('link') });
  };
}
