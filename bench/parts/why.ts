import { setTimeout as sleep } from 'node:timers/promises';
import { jobId } from '../../api/faces/gateway/translate/job-id.ts';
import { engineVariables } from '../engine/engine-settings.ts';
import { openEngine } from '../engine/open-engine.ts';
import { prepareDatabase } from '../engine/prepare-database.ts';
import { median, spread } from '../figures.ts';
import { openHttpLoad } from '../load/http-load.ts';
import { oneRound, type Round } from '../load/rounds.ts';
import { storeHistory } from '../load/stored-history.ts';
import { storeRevisions } from '../load/stored-revisions.ts';
import type { Bench, Part } from '../part.ts';
import { withServers } from '../servers/servers.ts';
import { withService } from '../servers/service.ts';

const GROWTH = 1.3;
const CONNECTIONS = 8;
const MINUTE_MS = 60_000;
/** As `storeHistory` spaces them. */
const APART_MS = 10 * MINUTE_MS;

interface Size {
  readonly jobs: number;
  readonly executions: number;
}

export const why: Part = {
  name: 'why',
  title: 'Why did it run, or not, with little and with much stored',
  method:
    'The built service, asked over HTTP by 8 connections that stay open, without rate limits: why a random job did or ' +
    'did not run at an instant, half of them nominal times of its history and half any second of it. Every job has 100 ' +
    'executions and 10 revisions stored. Grows: how much the median rises from the small store to the large one.',
  async run(bench) {
    const sizes: readonly [Size, Size] = bench.quick
      ? [
          { jobs: 10, executions: 1000 },
          { jobs: 100, executions: 10_000 },
        ]
      : [
          { jobs: 100, executions: 10_000 },
          { jobs: 10_000, executions: 1_000_000 },
        ];
    const small = await roundsWith(bench, sizes[0]);
    const large = await roundsWith(bench, sizes[1]);
    const row = ({ jobs, executions }: Size, rounds: readonly Round[]) => [
      `${jobs} jobs, ${executions} executions`,
      spread(rounds.map((r) => r.perSecond)),
      spread(
        rounds.map((r) => r.p99),
        1,
      ),
    ];
    const growths = {
      'time a request': median(small.map((r) => r.perSecond)) / median(large.map((r) => r.perSecond)),
      p99: median(large.map((r) => r.p99)) / median(small.map((r) => r.p99)),
    };
    return {
      tables: [{ columns: ['', 'requests a second', 'p99 ms'], rows: [row(sizes[0], small), row(sizes[1], large)] }],
      verdicts: Object.entries(growths).map(([figure, growth]) => ({
        what: `GET /jobs/{id}/why: ${figure} grows with the store`,
        goal: `≤ ${GROWTH} ×`,
        value: `${growth.toFixed(2)} ×`,
        met: growth <= GROWTH,
      })),
      notes: [],
    };
  },
};

async function roundsWith(bench: Bench, size: Size): Promise<Round[]> {
  return withServers(async (servers) => {
    await prepareDatabase(servers.databaseUrl);
    const engine = await openEngine(engineVariables(servers), { worker: false });
    bench.say(`why: storing ${size.executions} executions`);
    const latest = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    try {
      await storeHistory(engine, size);
      await storeRevisions(engine.db);
    } finally {
      await engine.close();
    }
    return withService(servers, async (service) => {
      const http = openHttpLoad(service, CONNECTIONS);
      // The housekeeper begins with the service; what it finds to do is done first.
      await sleep(bench.quick ? 1000 : 10_000);
      const path = () =>
        `/jobs/${jobId(1 + Math.floor(Math.random() * size.jobs))}/why?at=${instantWithin(size, latest)}`;
      const rounds: Round[] = [];
      for (let round = 0; round <= bench.rounds; round += 1) {
        const done = await oneRound(http, path, { connections: CONNECTIONS, longMs: bench.quick ? 1000 : 8000 });
        // The first one warms up.
        if (round > 0) rounds.push(done);
        bench.say(
          `why: ${size.executions} executions: ${done.perSecond.toFixed(0)} a second, p99 ${done.p99.toFixed(1)} ms`,
        );
      }
      http.close();
      return rounds;
    });
  });
}

function instantWithin({ jobs, executions }: Size, latest: number): string {
  const times = executions / jobs;
  const back = Math.random() * times * APART_MS;
  const at = Math.random() < 0.5 ? latest - Math.ceil(back / APART_MS) * APART_MS : latest - back;
  return new Date(at).toISOString().replace(/\.\d+Z/, 'Z');
}
