import { createRoute, z } from '@hono/zod-openapi';
import type { FaceApp } from '../../../http/face.ts';
import { resourceUsage } from '../../../verbs/resource-usage.ts';
import { answer } from '../../../http/route-answers.ts';
import { refusals } from '../schema/refusals.ts';
import { BASE } from '../translate/job-id.ts';
import { round } from '../../../http/round.ts';

const usageBody = z
  .object({
    success: z.literal(true).openapi({ example: true }),
    resource_usage: z.object({
      max_concurrent_jobs: z
        .number()
        .openapi({ description: 'The slots of one worker (SCHEDULER_EXECUTOR_POOL_SIZE).', example: 10 }),
      current_concurrent_jobs: z.number().openapi({ description: 'Executions that run now.', example: 3 }),
      cpu_usage_percent: z.object({
        average: z
          .number()
          .openapi({ description: 'Mean of the processes now, in percent of one core.', example: 28.5 }),
        peak: z
          .number()
          .openapi({ description: 'The highest that one of them has had since its start.', example: 65.2 }),
      }),
      memory_usage_mb: z.object({
        total: z.number().openapi({ description: 'What the machines of the processes have.', example: 4096 }),
        used: z.number().openapi({ description: 'What the processes of API and workers use.', example: 124 }),
      }),
      processes: z.number().openapi({ description: 'Processes of API and workers that live.', example: 1 }),
    }),
  })
  .openapi('ResourceUsage');

const usage = createRoute({
  method: 'get',
  path: `${BASE}/resources/usage`,
  tags: ['Monitoring'],
  summary: 'Get system resource usage',
  description: 'What the service uses, all its processes together, as they measured it within the last seconds.',
  responses: { 200: answer('The figures.', usageBody), ...refusals() },
});

export function addResourceRoutes(app: FaceApp): void {
  app.openapi(usage, async (c) => {
    const found = await resourceUsage(c.var.verb);
    return c.json(
      {
        success: true as const,
        resource_usage: {
          max_concurrent_jobs: found.maxConcurrentJobs,
          current_concurrent_jobs: found.running,
          cpu_usage_percent: { average: round(found.cpuAveragePercent, 1), peak: round(found.cpuPeakPercent, 1) },
          memory_usage_mb: { total: round(found.memoryTotalMb, 1), used: round(found.memoryUsedMb, 1) },
          processes: found.processes,
        },
      },
      200,
    );
  });
}
