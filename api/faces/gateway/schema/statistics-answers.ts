import { z } from '@hono/zod-openapi';
import { counts, jobIdField, rate, success, time } from './answer-fields.ts';

export const statisticsBody = z
  .object({
    success,
    statistics: z.object({
      time_range: z.string(),
      total_jobs: z.number(),
      active_jobs: z.number(),
      ...counts,
      success_rate: rate,
    }),
  })
  .openapi('SchedulerStatistics');

const milliseconds = z.number().nullable().openapi({ example: 125 });
const performance = {
  execution_times: z.object({
    average_ms: milliseconds,
    p50_ms: milliseconds,
    p95_ms: milliseconds,
    p99_ms: milliseconds,
  }),
  ...counts,
  success_rate: rate,
};

export const metricsBody = z
  .object({
    success,
    job_id: jobIdField,
    job_name: z.string(),
    granularity: z.string(),
    metrics: z.object(performance),
    series: z.array(z.object({ start: time, ...performance })),
  })
  .openapi('JobMetrics');
