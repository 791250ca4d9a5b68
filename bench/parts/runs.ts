import { createJob } from '../../api/verbs/create-job.ts';
import { insertScheduled } from '../../db/queries/ledger-rows.ts';
import type { Job } from '../../domain/job.ts';
import { runSpecOf, type RunSpec } from '../../domain/run.ts';
import { cpuMs } from '../cpu.ts';
import { logJob } from '../engine/job-specs.ts';
import type { OpenEngine } from '../engine/open-engine.ts';
import { withBoth } from '../engine/with-both.ts';
import { median, spread } from '../figures.ts';
import { inLanes } from '../lanes.ts';
import type { Part } from '../part.ts';
import type { Servers } from '../servers/servers.ts';

const RATIO = 0.8;
const EVENTS = 11;
const JOBS = 40;
const LANES = 40;

interface Round {
  readonly perSecond: number;
  /** CPU ms a run. */
  readonly node: number;
  readonly temporal: number;
  readonly postgres: number;
}

export const runs: Part = {
  name: 'runs',
  title: 'Executions that are workflows',
  method:
    'Queued executions of log jobs, each started as its own `run-job` workflow (start, one activity that records start ' +
    'and end, close), 40 in flight, until each is closed. Bare: workflows with one activity that does nothing, over the ' +
    'same connection and with the same worker settings, 40 in flight. Both in one process, turn by turn.',
  run: (bench) =>
    withBoth(async (engine, bare, servers) => {
      const count = bench.quick ? 40 : 400;
      const jobs = await inLanes(JOBS, 8, async (i) => {
        return (await createJob(engine.context, { spec: logJob(i + 1, Date.now()) })).job;
      });
      let next = Math.floor(Date.now() / 1000) * 1000;
      const ours = async (n: number) => {
        const specs = await queueRuns(engine, jobs, n, (next -= 1_000_000));
        return measured(servers, n, () => inLanes(n, LANES, (i) => runOurs(engine, specs[i])));
      };
      const theirs = (n: number) => {
        const tag = engine.context.ids.next();
        return measured(servers, n, () => inLanes(n, LANES, (i) => bare.run(`bare-${tag}-${i}`)));
      };
      await ours(count / 4);
      await theirs(count / 4);
      const rounds: { ours: Round; bare: Round }[] = [];
      for (let round = 0; round < bench.rounds; round += 1) {
        rounds.push({ ours: await ours(count), bare: await theirs(count) });
        bench.say(`runs: round ${round + 1} of ${bench.rounds}`);
      }
      const events = await eventsOf(engine, await queueRuns(engine, jobs, 3, (next -= 1_000_000)));
      const row = (name: string, of: 'ours' | 'bare') => [
        name,
        spread(rounds.map((r) => r[of].perSecond)),
        ...(['node', 'temporal', 'postgres'] as const).map((process) =>
          spread(
            rounds.map((r) => r[of][process]),
            1,
          ),
        ),
      ];
      const ratio = median(rounds.map((r) => r.ours.perSecond)) / median(rounds.map((r) => r.bare.perSecond));
      return {
        tables: [
          {
            columns: [`${count} runs, ${LANES} in flight`, 'runs a second', 'CPU ms/run: node', 'Temporal', 'Postgres'],
            rows: [row('run-job', 'ours'), row('bare workflow', 'bare')],
          },
        ],
        verdicts: [
          {
            what: 'executions that are workflows: a second against bare ones',
            goal: `≥ ${RATIO} ×`,
            value: `${ratio.toFixed(2)} ×`,
            met: ratio >= RATIO,
          },
          {
            what: 'events of such an execution',
            goal: String(EVENTS),
            value: events.join(', '),
            met: events.every((number) => number === EVENTS),
          },
        ],
        notes: [],
      };
    }),
};

/** Rows of the ledger that wait for their workflow, as `fire` leaves them for what is not quick. */
async function queueRuns(engine: OpenEngine, jobs: readonly Job[], count: number, from: number): Promise<RunSpec[]> {
  const specs = Array.from({ length: count }, (_, i) => {
    const job = jobs[i % jobs.length];
    if (job === undefined) throw new Error('There are no jobs to run');
    const executionId = engine.context.ids.next();
    const run = { executionId, dueAt: from + i * 1000, trigger: 'scheduled', parameters: {} } as const;
    return { job, spec: runSpecOf(job, { ...run, correlationId: executionId }) };
  });
  const rows = specs.map(({ job, spec }) => ({
    id: spec.executionId,
    jobId: job.id,
    face: job.face,
    dueAt: spec.dueAt,
    state: 'queued' as const,
    reason: null,
    jobRevision: job.revision,
    claimedBy: null,
    workflowId: spec.workflowId,
    groupId: null,
  }));
  await insertScheduled(engine.db, rows, 0);
  return specs.map(({ spec }) => spec);
}

async function runOurs(engine: OpenEngine, spec: RunSpec | undefined): Promise<void> {
  if (spec === undefined) return;
  await engine.engine.startRun(spec);
  await engine.client.workflow.getHandle(spec.workflowId).result();
}

/** Of this process alone: the servers are its children. */
function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function measured(servers: Servers, count: number, work: () => Promise<unknown>): Promise<Round> {
  const cpu = () => ({
    node: ownCpuMs(),
    temporal: cpuMs(servers.pids.temporal),
    postgres: cpuMs(servers.pids.postgres),
  });
  const [before, beganMs] = [cpu(), performance.now()];
  await work();
  const seconds = (performance.now() - beganMs) / 1000;
  const after = cpu();
  return {
    perSecond: count / seconds,
    node: (after.node - before.node) / count,
    temporal: (after.temporal - before.temporal) / count,
    postgres: (after.postgres - before.postgres) / count,
  };
}

async function eventsOf(engine: OpenEngine, specs: readonly RunSpec[]): Promise<number[]> {
  await Promise.all(specs.map((spec) => runOurs(engine, spec)));
  const histories = specs.map((spec) => engine.client.workflow.getHandle(spec.workflowId).fetchHistory());
  return (await Promise.all(histories)).map((history) => history.events?.length ?? 0);
}
