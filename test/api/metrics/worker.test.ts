import { expect, it } from 'vitest';
import { loadConfig } from '../../../start/config.ts';
import { readEnvironment } from '../../../start/env.ts';
import { startHealthPart } from '../../../start/health-part.ts';
import { createLog } from '../../../start/log.ts';
import { createProcessMetrics } from '../../../start/metrics/process-metrics.ts';
import { freeInnerPort } from '../../../start/ports.ts';
import { VARIABLE_NAMES } from '../../../start/variables.ts';
import { openNats } from '../../../worker/nats/open-nats.ts';
import { parseExposition, valueOf } from '../../support/prometheus.ts';
import { openVerbs } from '../../support/verbs.ts';

const TOKEN = 'what-Prometheus-sends-in-32-bytes-or-more';

it('a worker answers /metrics on its port to who sends METRICS_TOKEN, with what it counts itself', async () => {
  const verbs = await openVerbs();
  const port = await freeInnerPort();
  const values = {
    ...{ DATABASE_URL: verbs.database.url, METRICS_TOKEN: TOKEN },
    ...{ API_PORT: String(port), API_HOST: '127.0.0.1' },
  };
  const config = loadConfig(readEnvironment(VARIABLE_NAMES, values), { api: false, worker: true });
  const log = createLog({ name: 'test', level: 'silent', pretty: false });
  const metrics = createProcessMetrics();
  metrics.onStatement('count_ends', 3);
  const { db, engine } = verbs;
  const part = await startHealthPart({
    config,
    log,
    db,
    engine,
    metrics,
    mqtt: null,
    nats: openNats(config.nats, log),
  });
  const ask = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${port}/metrics`, { headers });
  expect((await ask({})).status).toBe(401);
  expect((await ask({ authorization: 'Bearer guess' })).status).toBe(401);
  const answer = await ask({ authorization: `Bearer ${TOKEN}` });
  const series = parseExposition(await answer.text());
  const statement = { statement: 'count_ends' };
  expect(valueOf(series, 'almanac_database_statement_duration_seconds_count', statement)).toBe(1);
  expect(series.some(({ name }) => name.startsWith('schedule'))).toBe(false);
  expect((await fetch(`http://127.0.0.1:${port}/live`)).status).toBe(200);
  await part.stop();
  await verbs.close();
});
