import { readFileSync } from 'node:fs';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { FireInput } from '../../activities/fire.ts';
import type { PlanInput, PlanOutput } from '../../activities/plan.ts';
import { ungrouped } from '../../domain/due-jobs.ts';
import { pack } from '../../domain/instants.ts';
import { askedToStop, tellStart } from '../../start/process/child-side.ts';
import { QUEUES } from '../../workflows/queues.ts';

// The clock workflow of the product over activities that do nothing: no database, no MQTT. What it is late by is
// Temporal's share and the SDK's.
interface Argument {
  readonly temporalAddress: string;
  /** The file of the built workflows. */
  readonly workflows: string;
  readonly jobs: number;
  /** Jobs of one clock; those of `bare-0` are the first ones. */
  readonly capacity: number;
}

const AHEAD_MS = 600_000;
const PLANNED = { specRevision: 1, summary: 'every second: nothing', more: true, behind: false } as const;
const POLLERS = { type: 'autoscaling', initial: 5, maximum: 20 } as const;

const asked = askedToStop();
const { temporalAddress, workflows, jobs, capacity } = JSON.parse(process.argv[2] ?? '{}') as Argument;
/** Each fire as `[nominal time, ms late]`. */
let fired: [number, number][] = [];

async function plan({ clockId, jobIds, now }: PlanInput): Promise<PlanOutput> {
  const wanted = jobsOf(clockId).filter((id) => jobIds === null || jobIds.includes(id));
  const first = Math.floor(now / 1000) * 1000 + 1000;
  const seconds = Array.from({ length: AHEAD_MS / 1000 }, (_, i) => first + i * 1000);
  const fires = pack(seconds.map((due) => ({ due, fireAt: due })));
  return {
    jobs: wanted.map((id) => ({ id, ...PLANNED, name: id, fires })),
  };
}

function jobsOf(clockId: string): string[] {
  const from = Number(clockId.slice('bare-'.length)) * capacity;
  const count = Math.max(0, Math.min(capacity, jobs - from));
  return Array.from({ length: count }, (_, i) => `00000000-0000-7000-8000-${String(from + i).padStart(12, '0')}`);
}

async function fire(batch: FireInput): Promise<void> {
  const now = Date.now();
  const due = 'jobs' in batch ? batch.jobs : ungrouped(batch.due);
  for (const { dues } of due) for (const at of dues) fired.push([at, now - at]);
}

Runtime.install({ logger: new DefaultLogger('ERROR') });
const connection = await NativeConnection.connect({ address: temporalAddress });
const every = { connection, workflowTaskPollerBehavior: POLLERS, activityTaskPollerBehavior: POLLERS };
const workers = await Promise.all([
  Worker.create({
    ...every,
    taskQueue: QUEUES.control,
    workflowBundle: { code: readFileSync(workflows, 'utf8') },
    activities: { plan },
    maxConcurrentWorkflowTaskExecutions: 40,
    maxCachedWorkflows: 1000,
    stickyQueueScheduleToStartTimeout: '2s',
  }),
  Worker.create({ ...every, taskQueue: QUEUES.clocks, activities: { fire }, maxConcurrentActivityTaskExecutions: 400 }),
]);
const running = Promise.all(workers.map((worker) => worker.run()));
// Whoever asks gets what has fired since it was last asked.
process.on('message', () => {
  process.send?.({ type: 'fired', fired });
  fired = [];
});
tellStart({ type: 'ready', detail: '' });
await asked;
for (const worker of workers) worker.shutdown();
await running;
process.exit(0);
