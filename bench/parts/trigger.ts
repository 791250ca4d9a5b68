import { createJob } from '../../api/verbs/create-job.ts';
import { runJob } from '../../api/verbs/run-job.ts';
import { sql } from '../../db/connect.ts';
import { runWorkflowId } from '../../domain/run.ts';
import type { BareRuns } from '../bare/bare-runs.ts';
import { logJob } from '../engine/job-specs.ts';
import type { OpenEngine } from '../engine/open-engine.ts';
import { withBoth } from '../engine/with-both.ts';
import { latenessOf, median, spread, type Lateness } from '../figures.ts';
import type { Part } from '../part.ts';

const RATIO = 1.5;

export const trigger: Part = {
  name: 'trigger',
  title: 'From asking for a run to its start',
  method:
    'One run at a time: the verb `runJob` of a log job (lock, admission, ledger row, audit, commit, eager start), until ' +
    'its action starts. Bare: an eager start of a workflow with one activity, over the same connection and with the ' +
    'same worker settings, until the activity starts. Both in one process, turn by turn.',
  run: (bench) =>
    withBoth(async (engine, bare) => {
      const spec = logJob(1, Date.now());
      const { job } = await createJob(engine.context, { spec });
      const runs = bench.quick ? 20 : 200;
      await oneRound(engine, bare, job.id, Math.ceil(runs / 4));
      const rounds: { ours: Lateness; bare: Lateness }[] = [];
      for (let round = 0; round < bench.rounds; round += 1) {
        const { ours, bare: theirs } = await oneRound(engine, bare, job.id, runs);
        rounds.push({ ours: latenessOf(ours), bare: latenessOf(theirs) });
        bench.say(`trigger: round ${round + 1} of ${bench.rounds}`);
      }
      const row = (name: string, of: 'ours' | 'bare') => [
        name,
        ...(['p50', 'p99', 'max'] as const).map((figure) => spread(rounds.map((r) => r[of][figure]))),
      ];
      const verdict = (figure: 'p50' | 'p99') => {
        const ratio = median(rounds.map((r) => r.ours[figure])) / median(rounds.map((r) => r.bare[figure]));
        const what = `a run by hand: ${figure} to its start against a bare workflow`;
        return { what, goal: `≤ ${RATIO} ×`, value: `${ratio.toFixed(2)} ×`, met: ratio <= RATIO };
      };
      return {
        tables: [
          {
            columns: [`${runs} runs, one at a time`, 'p50 ms', 'p99 ms', 'max ms'],
            rows: [row('run by hand', 'ours'), row('bare workflow', 'bare')],
          },
        ],
        verdicts: [verdict('p50'), verdict('p99')],
        notes: [],
      };
    }),
};

/** Milliseconds from asking to the start of the action, of each run. */
async function oneRound(
  engine: OpenEngine,
  bare: BareRuns,
  jobId: string,
  runs: number,
): Promise<{ ours: number[]; bare: number[] }> {
  const asked = new Map<string, number>();
  const bareMs: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    const askedAt = Date.now();
    const { executionId, at } = await runJob(engine.context, { job: { id: jobId }, force: true, parameters: {} });
    asked.set(executionId, askedAt);
    const workflowId = runWorkflowId({ jobId, trigger: 'manual', dueAt: at, executionId });
    await engine.client.workflow.getHandle(workflowId).result();

    const id = `bare-${engine.context.ids.next()}`;
    const bareAskedAt = Date.now();
    await bare.run(id);
    bareMs.push(bare.startedAt(id) - bareAskedAt);
  }
  const { rows } = await sql<{ id: string; started_at: number }>`
    select id, started_at from execution where id = any(${[...asked.keys()]}::uuid[])`.execute(engine.db);
  return { ours: rows.map((row) => row.started_at - (asked.get(row.id) ?? Number.NaN)), bare: bareMs };
}
