import { median, latenessOf, spread, type Lateness } from '../figures.ts';
import { startBareClocks } from '../bare/bare-clocks.ts';
import { cpuMs } from '../cpu.ts';
import { publishJob } from '../engine/job-specs.ts';
import { createJobs, firedBetween, untilAllFired } from '../engine/fires.ts';
import { withEngineProcess } from '../engine/with-engine-process.ts';
import type { Bench, Part, PartResult } from '../part.ts';
import { withServers, type Servers } from '../servers/servers.ts';
import { untilInstant } from '../waiting.ts';

/** Jobs, and how many of them share a clock: 250 unless a service is told otherwise. */
const SIZES = [
  { jobs: 100, capacity: 250 },
  { jobs: 1000, capacity: 100 },
  { jobs: 1000, capacity: 250 },
  { jobs: 4000, capacity: 1000 },
  { jobs: 5000, capacity: 1000 },
] as const;
const P99_RATIO = 2;
/** Three rounds: a minute in all. */
const ROUND_SECONDS = 20;
/** What fell due last in a round is counted when so much time has passed. */
const CLAIMED_WITHIN_MS = 2000;

interface Round extends Lateness {
  readonly missed: number;
  readonly others: readonly string[];
  /** CPU ms a fire by process. */
  readonly cpu: Readonly<Record<string, number>>;
}

export const fires: Part = {
  name: 'fires',
  title: 'Jobs that fire every second',
  method:
    'Publish jobs (QoS 1, a filled template) with an interval of one second, made at scattered moments through the verb ' +
    'that the API calls; the worker runs in a process of its own. Late: start of the action minus nominal time. Bare: ' +
    'the same clock workflow, with as many jobs, over activities that do nothing (no database, no MQTT). CPU: user and ' +
    'system time of each process over the round, for each fire.',
  async run(bench) {
    const sizes = bench.quick ? SIZES.slice(0, 1) : SIZES;
    const results: PartResult[] = [];
    for (const size of sizes) {
      const ours = await withServers((servers) => engineRounds(bench, servers, size));
      const bare = await withServers((servers) => bareRounds(bench, servers, size));
      results.push(resultOf(size, ours, bare));
    }
    return {
      tables: [
        { columns: results[0]?.tables[0]?.columns ?? [], rows: results.flatMap((r) => r.tables[0]?.rows ?? []) },
      ],
      verdicts: results.flatMap((r) => r.verdicts),
      notes: results.flatMap((r) => r.notes),
    };
  },
};

type Size = (typeof SIZES)[number];

async function engineRounds(bench: Bench, servers: Servers, { jobs, capacity }: Size): Promise<Round[]> {
  return withEngineProcess(servers, { CLOCK_CAPACITY: String(capacity) }, async (engine, pid) => {
    bench.say(`fires: making ${jobs} jobs`);
    const schedule = { kind: 'interval', everySeconds: 1 };
    const specs = Array.from({ length: jobs }, (_, i) => (now: number) => publishJob(i + 1, schedule, now));
    await createJobs(engine, specs);
    await untilAllFired(engine.db, jobs, 120_000);
    return rounds(bench, `${jobs} jobs on clocks of ${capacity}`, { node: pid, ...servers.pids }, async (from, to) => {
      await untilInstant(to + CLAIMED_WITHIN_MS);
      const { succeeded, others, ...late } = await firedBetween(engine.db, from, to);
      return { ...late, fires: succeeded, missed: (jobs * (to - from)) / 1000 - succeeded, others };
    });
  });
}

async function bareRounds(bench: Bench, servers: Servers, { jobs, capacity }: Size): Promise<Round[]> {
  const clocks = await startBareClocks(servers, jobs, capacity);
  try {
    const pids = { node: clocks.pid, temporal: servers.pids.temporal };
    return await rounds(bench, `${jobs} jobs on clocks of ${capacity}, bare`, pids, async (from, to) => {
      await untilInstant(to + CLAIMED_WITHIN_MS);
      const late = await clocks.firedBetween(from, to);
      const missed = (jobs * (to - from)) / 1000 - late.length;
      return { ...latenessOf(late), fires: late.length, missed, others: [] };
    });
  } finally {
    await clocks.stop();
  }
}

/** Rounds of 20 s each, after a warm-up; CPU by process between the ends of each. */
async function rounds(
  bench: Bench,
  what: string,
  pids: Readonly<Record<string, number>>,
  count: (from: number, to: number) => Promise<Lateness & { fires: number; missed: number; others: readonly string[] }>,
): Promise<Round[]> {
  const seconds = bench.quick ? 8 : ROUND_SECONDS;
  await untilInstant(Date.now() + (bench.quick ? 3000 : 15_000));
  const done: Round[] = [];
  for (let round = 1; round <= bench.rounds; round += 1) {
    const from = Math.ceil(Date.now() / 1000) * 1000 + 500;
    await untilInstant(from);
    const before = Object.entries(pids).map(([name, pid]) => [name, cpuMs(pid)] as const);
    await untilInstant(from + seconds * 1000);
    const spent = before.map(([name, ms]) => [name, cpuMs(pids[name] ?? 0) - ms] as const);
    const { fires: fired, ...counted } = await count(from, from + seconds * 1000);
    const cpu = Object.fromEntries(spent.map(([name, ms]) => [name, ms / Math.max(1, fired)]));
    done.push({ ...counted, cpu });
    bench.say(
      `fires: ${what}, round ${round}: p50 ${counted.p50.toFixed(0)} ms, p99 ${counted.p99.toFixed(0)} ms late`,
    );
  }
  return done;
}

function resultOf({ jobs, capacity }: Size, ours: readonly Round[], bare: readonly Round[]): PartResult {
  const name = `${jobs} jobs, clocks of ${capacity}`;
  const row = (name: string, rounds: readonly Round[]) => {
    const of = (value: (round: Round) => number) => rounds.map(value);
    const cpu = (process: string) =>
      process in (rounds[0]?.cpu ?? {})
        ? spread(
            of((r) => r.cpu[process] ?? 0),
            2,
          )
        : '–';
    return [
      name,
      ...[spread(of((r) => r.p50)), spread(of((r) => r.p99)), spread(of((r) => r.max)), spread(of((r) => r.missed))],
      ...['node', 'temporal', 'postgres', 'broker'].map(cpu),
    ];
  };
  const ratio = median(ours.map((r) => r.p99)) / median(bare.map((r) => r.p99));
  const missed = Math.max(...ours.map((r) => r.missed));
  const others = ours.flatMap((r) => r.others);
  return {
    tables: [
      {
        columns: [
          ...['jobs', 'p50 late ms', 'p99 late ms', 'max late ms', 'missed'],
          ...['CPU ms/fire: node', 'Temporal', 'Postgres', 'broker'],
        ],
        rows: [row(name, ours), row(`${name}, bare`, bare)],
      },
    ],
    verdicts: [
      {
        what: `${name}, each second: p99 late against bare clocks`,
        goal: `≤ ${P99_RATIO} ×`,
        value: `${ratio.toFixed(2)} ×`,
        met: ratio <= P99_RATIO,
      },
      { what: `${name}, each second: missed`, goal: '0', value: String(missed), met: missed === 0 },
    ],
    notes: others.length === 0 ? [] : [`${name}: not every fire succeeded (${others.join('; ')}).`],
  };
}
