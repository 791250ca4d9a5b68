import { z } from '@hono/zod-openapi';
import { executionId, id, statusId, textOrNull, time, timeOrNull } from './answer-fields.ts';

const numberOrNull = z.number().nullable();
const paging = {
  total: z.number().openapi({ description: 'All that fit.', example: 15 }),
  page: z.number().openapi({ example: 1 }),
  perPage: z.number().openapi({ example: 20 }),
  totalPages: z.number().openapi({ example: 1 }),
};

export const jobBody = z
  .object({
    id,
    taskFunctionId: id,
    taskFunctionKey: z.string().openapi({ example: 'hris_sync' }),
    jobTypeId: id,
    jobTypeName: z.enum(['interval', 'cron']).openapi({ example: 'interval' }),
    nameEn: textOrNull.openapi({ example: 'HRIS Sync' }),
    nameAr: textOrNull.openapi({ example: 'مزامنة الموارد البشرية' }),
    descriptionEn: textOrNull,
    descriptionAr: textOrNull,
    intervalSeconds: numberOrNull,
    intervalMinutes: numberOrNull.openapi({ example: 30 }),
    intervalHours: numberOrNull,
    intervalDays: numberOrNull,
    cronExpression: textOrNull,
    priority: z.number().openapi({ example: 5 }),
    maxInstances: z.number().openapi({ example: 1 }),
    misfireGraceTime: z.number().openapi({ example: 60 }),
    coalesce: z.boolean(),
    isEnabled: z.boolean(),
    isActive: z.boolean().openapi({ description: 'False: it was deleted.' }),
    isPrimary: z.boolean(),
    isPaused: z.boolean().openapi({ description: 'Suspended by `pause` until `resume`, or `enable`.' }),
    payload: z.any().openapi({ description: 'What the function is handed.', example: {} }),
    lastRunAt: timeOrNull,
    nextRunAt: timeOrNull.openapi({ description: 'Null: it does not run by its schedule now.' }),
    createdAt: time,
    updatedAt: timeOrNull,
    createdById: z.string(),
    updatedById: textOrNull,
  })
  .openapi('ScheduledJobResponse');

export const jobList = z.object({ items: z.array(jobBody), ...paging }).openapi('ScheduledJobList');

export const actionDone = z
  .object({
    success: z.literal(true),
    message: z.string().openapi({ example: 'Job triggered successfully' }),
    executionId: executionId.optional().openapi({ description: 'Of a trigger only.' }),
    job: jobBody,
  })
  .openapi('JobActionResponse');

const executionBody = z
  .object({
    id: id.openapi({ example: 100 }),
    jobId: id,
    executionId,
    scheduledAt: time,
    startedAt: timeOrNull,
    completedAt: timeOrNull,
    durationMs: numberOrNull.openapi({ example: 4000 }),
    statusId,
    statusName: z.string().openapi({ example: 'success' }),
    errorMessage: textOrNull.openapi({ description: 'Why it failed, or did not run.' }),
    errorTraceback: textOrNull,
    resultSummary: textOrNull.openapi({ example: 'Synced 150 records' }),
    executorId: z.string().openapi({ description: 'The instance that ran it; empty where none did.' }),
    hostName: z.string().openapi({ description: 'Its host.' }),
    createdAt: time,
  })
  .openapi('ScheduledJobExecutionResponse');

export const historyBody = z.object({ items: z.array(executionBody), ...paging }).openapi('ExecutionHistory');
