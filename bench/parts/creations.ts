import { percentile, spread } from '../figures.ts';
import { inLanes } from '../lanes.ts';
import { openHttpLoad } from '../load/http-load.ts';
import type { Part } from '../part.ts';
import { withServers } from '../servers/servers.ts';
import { withService } from '../servers/service.ts';

const CONNECTIONS = 8;

/** The shape of the gateway document's own example of an interval job. */
function bodyOf(number: number): object {
  return {
    name: `bench ${number}`,
    type: 'interval',
    schedule: { interval_seconds: 3600 },
    action: { type: 'publish', topic: `bench/${number}`, payload_template: '{"timestamp": "${NOW}"}' },
    tags: ['bench'],
  };
}

export const creations: Part = {
  name: 'creations',
  title: 'Jobs made over the API',
  method:
    'POST /jobs of the built service over 8 connections that stay open, without rate limits and without a bound of jobs: ' +
    'each is checked for conflicts, stored with its revision and audit, and seated on a clock. Each round begins anew.',
  async run(bench) {
    const jobs = bench.quick ? 100 : 1000;
    const rounds: { perSecond: number; p50: number; p99: number }[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      const done = await withServers((servers) =>
        withService(servers, async (service) => {
          const http = openHttpLoad(service, CONNECTIONS);
          const create = (number: number) => http.ask({ method: 'POST', path: '/jobs', body: bodyOf(number) });
          await inLanes(20, CONNECTIONS, (i) => create(jobs + i));
          const beganMs = performance.now();
          const took = await inLanes(jobs, CONNECTIONS, create);
          const perSecond = jobs / ((performance.now() - beganMs) / 1000);
          http.close();
          return { perSecond, p50: percentile(took, 0.5), p99: percentile(took, 0.99) };
        }),
      );
      rounds.push(done);
      bench.say(`creations: round ${round + 1}: ${done.perSecond.toFixed(0)} a second`);
    }
    const row = [`${jobs} jobs`, ...(['perSecond', 'p50', 'p99'] as const).map((f) => spread(rounds.map((r) => r[f])))];
    return { tables: [{ columns: ['', 'a second', 'p50 ms', 'p99 ms'], rows: [row] }], verdicts: [], notes: [] };
  },
};
