import { createJobs, firedBetween, untilAllFired } from '../engine/fires.ts';
import { publishJob } from '../engine/job-specs.ts';
import { withEngineProcess } from '../engine/with-engine-process.ts';
import { latenessOf, median, spread, type Lateness } from '../figures.ts';
import type { Bench, Part, Verdict } from '../part.ts';
import { runApscheduler } from '../peers/apscheduler.ts';
import { runBullmq } from '../peers/bullmq.ts';
import type { PeerResult } from '../peers/peer.ts';
import { withServers } from '../servers/servers.ts';
import { untilInstant } from '../waiting.ts';

interface Round extends Lateness {
  readonly fired: number;
}

interface Load {
  readonly jobs: number;
  /** Divides a minute: all jobs are due at the same seconds of each. */
  readonly everySeconds: number;
  /** The first one warms up and is not counted. */
  readonly instants: number;
}

const OURS = 'Almanac (publishes at QoS 1, keeps a ledger)';

export const herd: Part = {
  name: 'herd',
  title: 'A thousand jobs due in one second',
  method:
    'A thousand cron jobs that are all due at the same second, each 20 s anew; the first time warms up. Almanac ' +
    'publishes over MQTT and records every run in Postgres. The peers run an empty function and record nothing, which ' +
    'favours them: APScheduler 3.11 with its jobs in the same Postgres and 50 threads, BullMQ on a Redis that writes ' +
    'nothing to disk, with 50 slots; Almanac has 50 slots too. Late: start of the function or action minus the due second.',
  async run(bench) {
    const load = { jobs: bench.quick ? 100 : 1000, everySeconds: bench.quick ? 5 : 20, instants: bench.rounds + 1 };
    const ours = await withServers((servers) =>
      withEngineProcess(servers, {}, async (engine) => {
        bench.say(`herd: making ${load.jobs} jobs`);
        const schedule = { kind: 'cron', expression: `*/${load.everySeconds} * * * * *` };
        await createJobs(
          engine,
          Array.from({ length: load.jobs }, (_, i) => (now: number) => publishJob(i + 1, schedule, now)),
        );
        await untilAllFired(engine.db, load.jobs, 120_000);
        return ourRounds(load, (from, to) => firedBetween(engine.db, from, to));
      }),
    );
    const apscheduler = await withServers((servers) => runApscheduler(servers.databaseUrl, load));
    const bullmq = await runBullmq(load);
    const peers = { 'APScheduler on Postgres': apscheduler, 'BullMQ on Redis': bullmq };
    return {
      tables: [table(load, ours, peers)],
      verdicts: Object.entries(peers).flatMap(([name, peer]) => verdictOf(name, peer, ours)),
      notes: Object.values(peers).flatMap((peer) => ('absent' in peer ? [peer.absent] : [])),
    };

    async function ourRounds(
      { everySeconds, jobs }: Load,
      count: (from: number, to: number) => Promise<Lateness & { succeeded: number }>,
    ): Promise<Round[]> {
      const everyMs = everySeconds * 1000;
      const first = (Math.floor(Date.now() / everyMs) + 1) * everyMs;
      const rounds: Round[] = [];
      for (let round = 0; round < bench.rounds; round += 1) {
        const due = first + round * everyMs;
        await untilInstant(due + everyMs - 500);
        const { succeeded, ...late } = await count(due - 1, due);
        rounds.push({ ...late, fired: succeeded });
        say(bench, OURS, rounds.at(-1), jobs);
      }
      return rounds;
    }
  },
};

function roundsOf({ instants }: { readonly instants: readonly { readonly late: readonly number[] }[] }): Round[] {
  return instants.slice(1).map(({ late }) => ({ ...latenessOf(late), fired: late.length }));
}

function table(load: Load, ours: readonly Round[], peers: Readonly<Record<string, PeerResult>>) {
  const row = (name: string, rounds: readonly Round[]) => [
    name,
    ...[spread(rounds.map((r) => r.p50)), spread(rounds.map((r) => r.p99)), spread(rounds.map((r) => r.max))],
    spread(rounds.map((r) => load.jobs - r.fired)),
  ];
  const others = Object.entries(peers).map(([name, peer]) =>
    'absent' in peer ? [name, 'not run', '', '', ''] : row(name, roundsOf(peer)),
  );
  return {
    columns: [
      `${load.jobs} jobs, every ${load.everySeconds} s`,
      'p50 late ms',
      'p99 late ms',
      'max late ms',
      'not fired',
    ],
    rows: [row(OURS, ours), ...others],
  };
}

function verdictOf(name: string, peer: PeerResult, ours: readonly Round[]): Verdict[] {
  if ('absent' in peer) return [];
  const [mine, theirs] = [median(ours.map((r) => r.p99)), median(roundsOf(peer).map((r) => r.p99))];
  const value = `${mine.toFixed(0)} against ${theirs.toFixed(0)} ms`;
  return [{ what: `a herd: p99 late against ${name}`, goal: 'below', value, met: mine < theirs }];
}

function say(bench: Bench, name: string, round: Round | undefined, jobs: number): void {
  if (round !== undefined)
    bench.say(`herd: ${name}: p99 ${round.p99.toFixed(0)} ms late, ${round.fired} of ${jobs} fired`);
}
