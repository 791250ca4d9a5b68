import { createRoute } from '@hono/zod-openapi';
import { invalid } from '../../../../domain/errors.ts';
import type { Instant } from '../../../../domain/schedules/kind.ts';
import type { FaceApp } from '../../../http/face.ts';
import { jobMetrics } from '../../../verbs/job-metrics.ts';
import { schedulerStatistics } from '../../../verbs/scheduler-statistics.ts';
import { GRANULARITIES, metricsQuery, statisticsQuery, TIME_RANGES } from '../schema/queries.ts';
import { answer } from '../../../http/route-answers.ts';
import { jobParams, refusals } from '../schema/refusals.ts';
import { metricsBody, statisticsBody } from '../schema/statistics-answers.ts';
import { BASE, jobKey } from '../translate/job-id.ts';
import { metricsShape, statisticsShape } from '../translate/statistics-shape.ts';
import { readRange } from '../../../http/times.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How far back a granularity looks where no dates say so, and the longest range that it answers. */
const SPANS = {
  hourly: { usual: DAY_MS, most: 31 * DAY_MS, inWords: '31 days' },
  daily: { usual: 30 * DAY_MS, most: 366 * DAY_MS, inWords: '366 days' },
  weekly: { usual: 84 * DAY_MS, most: 1100 * DAY_MS, inWords: '3 years' },
} as const;

const statistics = createRoute({
  method: 'get',
  path: `${BASE}/statistics`,
  tags: ['Monitoring'],
  summary: 'Get scheduler statistics',
  description: 'Counted by whole hours.',
  request: { query: statisticsQuery },
  responses: { 200: answer('All jobs of the gateway together.', statisticsBody), ...refusals(400) },
});

const metrics = createRoute({
  method: 'get',
  path: `${BASE}/jobs/{id}/metrics`,
  tags: ['Monitoring'],
  summary: "Get a job's performance metrics",
  description:
    'Of the last day (hourly), 30 days (daily) or 12 weeks (weekly) where no dates say so. Counted by whole hours; steps ' +
    'begin at whole UTC hours, days and Mondays. Percentiles are right within 10 %.',
  request: { params: jobParams, query: metricsQuery },
  responses: { 200: answer('The range as a whole, and step by step.', metricsBody), ...refusals(400, 404) },
});

export function addStatisticsRoutes(app: FaceApp): void {
  app.openapi(statistics, async (c) => {
    const { time_range: range } = c.req.valid('query');
    const found = await schedulerStatistics(c.var.verb, { lastMs: TIME_RANGES[range] * HOUR_MS });
    return c.json({ success: true as const, statistics: statisticsShape(range, found) }, 200);
  });

  app.openapi(metrics, async (c) => {
    const { granularity, ...dates } = c.req.valid('query');
    const range = spanOf(granularity, readRange(dates), c.var.verb.now());
    const job = jobKey(c.req.valid('param').id);
    const found = await jobMetrics(c.var.verb, { job, ...range, unit: GRANULARITIES[granularity] });
    return c.json({ success: true as const, ...metricsShape(found, granularity) }, 200);
  });
}

function spanOf(
  granularity: keyof typeof SPANS,
  range: { from?: Instant; to?: Instant },
  now: Instant,
): { from: Instant; to: Instant } {
  const span = SPANS[granularity];
  const to = range.to ?? Math.max(now, range.from ?? now) + 1;
  const from = range.from ?? to - span.usual;
  if (to - from <= span.most + DAY_MS) return { from, to };
  const message = `lies too far before end_date: ${granularity} covers at most ${span.inWords}; take a coarser granularity`;
  throw invalid('INVALID_INPUT', [{ path: 'start_date', message }]);
}
