import { setTimeout as sleep } from 'node:timers/promises';
import { jobId } from '../../api/faces/gateway/translate/job-id.ts';
import { engineVariables } from '../engine/engine-settings.ts';
import { openEngine } from '../engine/open-engine.ts';
import { prepareDatabase } from '../engine/prepare-database.ts';
import { median, spread } from '../figures.ts';
import { openHttpLoad } from '../load/http-load.ts';
import { oneRound, type Round } from '../load/rounds.ts';
import { storeHistory } from '../load/stored-history.ts';
import type { Bench, Part, Verdict } from '../part.ts';
import { withServers } from '../servers/servers.ts';
import { withService } from '../servers/service.ts';

const GROWTH = 1.3;
const CONNECTIONS = 8;

interface Size {
  readonly jobs: number;
  readonly executions: number;
}

const PAGES = {
  'GET /jobs': () => '/jobs?limit=50',
  'GET /jobs/{id}/history': ({ jobs }: Size) => `/jobs/${jobId(1 + Math.floor(Math.random() * jobs))}/history?limit=50`,
} as const;
type PageName = keyof typeof PAGES;

export const reads: Part = {
  name: 'reads',
  title: 'Pages of lists, with little and with much stored',
  method:
    'The built service, asked over HTTP by 8 connections that stay open, without rate limits: the first page of the ' +
    'jobs, and the first page of the history of a random job, 50 entries each. Every job has 100 executions stored, so ' +
    'the pages are equally full. Grows: how much the median falls or rises from the small store to the large one.',
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
    const names = Object.keys(PAGES) as PageName[];
    const row = (name: PageName, size: Size, rounds: readonly Round[]) => [
      `${name}, ${size.jobs} jobs, ${size.executions} executions`,
      spread(rounds.map((r) => r.perSecond)),
      spread(
        rounds.map((r) => r.p99),
        1,
      ),
    ];
    return {
      tables: [
        {
          columns: ['', 'requests a second', 'p99 ms'],
          rows: names.flatMap((name) => [row(name, sizes[0], small[name]), row(name, sizes[1], large[name])]),
        },
      ],
      verdicts: names.flatMap((name) => verdictsOf(name, small[name], large[name])),
      notes: [],
    };
  },
};

function verdictsOf(name: PageName, small: readonly Round[], large: readonly Round[]): Verdict[] {
  const growths = {
    'time a request': median(small.map((r) => r.perSecond)) / median(large.map((r) => r.perSecond)),
    p99: median(large.map((r) => r.p99)) / median(small.map((r) => r.p99)),
  };
  return Object.entries(growths).map(([figure, growth]) => ({
    what: `${name}: ${figure} grows with the store`,
    goal: `≤ ${GROWTH} ×`,
    value: `${growth.toFixed(2)} ×`,
    met: growth <= GROWTH,
  }));
}

async function roundsWith(bench: Bench, size: Size): Promise<Record<PageName, Round[]>> {
  return withServers(async (servers) => {
    await prepareDatabase(servers.databaseUrl);
    const engine = await openEngine(engineVariables(servers), { worker: false });
    bench.say(`reads: storing ${size.executions} executions`);
    await storeHistory(engine, size).finally(() => engine.close());
    return withService(servers, async (service) => {
      const http = openHttpLoad(service, CONNECTIONS);
      // The housekeeper begins with the service; what it finds to do is done first.
      await sleep(bench.quick ? 1000 : 10_000);
      const rounds: Record<PageName, Round[]> = { 'GET /jobs': [], 'GET /jobs/{id}/history': [] };
      for (let round = 0; round <= bench.rounds; round += 1) {
        for (const name of Object.keys(PAGES) as PageName[]) {
          const done = await oneRound(http, () => PAGES[name](size), {
            connections: CONNECTIONS,
            longMs: bench.quick ? 1000 : 8000,
          });
          // The first one warms up.
          if (round > 0) rounds[name].push(done);
          bench.say(`reads: ${size.executions} executions, ${name}: ${done.perSecond.toFixed(0)} a second`);
        }
      }
      http.close();
      return rounds;
    });
  });
}
