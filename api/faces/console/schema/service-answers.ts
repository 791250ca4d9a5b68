import { z } from '@hono/zod-openapi';
import { id, textOrNull, timeOrNull } from './answer-fields.ts';

export const statusBody = z
  .object({
    isRunning: z.boolean().openapi({ description: 'A worker lives and takes work, and Temporal answers.' }),
    mode: z.string().openapi({ example: 'embedded' }),
    instanceId: z.string().openapi({ description: 'Of the oldest live worker; empty where nothing lives.' }),
    activeInstances: z.number().openapi({ description: 'Processes whose heartbeat is fresh.', example: 1 }),
    totalJobs: z.number().openapi({ example: 15 }),
    enabledJobs: z.number().openapi({ example: 12 }),
    runningExecutions: z.number().openapi({ example: 2 }),
    lastHeartbeat: timeOrNull,
  })
  .openapi('SchedulerStatusResponse');

export const cleanupDone = z
  .object({
    deletedCount: z.number().openapi({ example: 1500 }),
    message: z.string().openapi({ example: 'Cleaned up 1500 execution records older than 30 days' }),
  })
  .openapi('CleanupResponse');

const names = {
  nameEn: z.string(),
  nameAr: z.string().openapi({ description: 'In Arabic.' }),
};

export const functionList = z
  .array(
    z.object({
      id,
      key: z.string().openapi({ example: 'hris_sync' }),
      ...names,
      descriptionEn: textOrNull,
      descriptionAr: textOrNull,
      isActive: z.boolean().openapi({ description: 'A live worker serves it.' }),
    }),
  )
  .openapi('TaskFunctionList');

export const lookupList = z
  .array(z.object({ id, name: z.string().openapi({ example: 'interval' }), ...names }))
  .openapi('LookupList');
