import { newFaceApp } from '../../http/face-app.ts';
import type { FaceDefinition } from '../../http/face.ts';
import { errors, renderError } from './errors.ts';
import { supportAndReleases } from './release-notes.ts';
import { addConflictRoutes } from './routes/conflicts.ts';
import { addBulkRoutes } from './routes/bulk.ts';
import { addExecutionRoutes } from './routes/executions.ts';
import { addForesightRoutes } from './routes/foresight.ts';
import { addJobRoutes } from './routes/job.ts';
import { addJobsRoutes } from './routes/jobs.ts';
import { addNotificationRoutes } from './routes/notifications.ts';
import { addResourceRoutes } from './routes/resources.ts';
import { addTransferRoutes } from './routes/transfer.ts';
import { addStatisticsRoutes } from './routes/statistics.ts';
import { BASE, jobId } from './translate/job-id.ts';
import { socketEvent } from './translate/socket-event.ts';

/** gateway.txt: the Scheduler & Automation API. */
export const gateway: FaceDefinition = {
  name: 'gateway',
  title: 'Scheduler & Automation API',
  description:
    'Automated job execution by time, interval, event or cron expression. Every answer carries `success`; refusals have ' +
    `the envelope \`{success, error, message, code, timestamp}\`.\n\n${supportAndReleases()}`,
  errors,
  renderError,
  build() {
    const app = newFaceApp();
    addJobsRoutes(app);
    addBulkRoutes(app);
    addTransferRoutes(app);
    addJobRoutes(app);
    addExecutionRoutes(app);
    addStatisticsRoutes(app);
    addConflictRoutes(app);
    addForesightRoutes(app);
    addResourceRoutes(app);
    addNotificationRoutes(app);
    return app;
  },
  bulkPaths: [`${BASE}/jobs/export`, `${BASE}/jobs/import`],
  openToLoopback: false,
  leastRole: { read: 'viewer', write: 'operator' },
  socket: { path: `${BASE}/ws`, jobIdOf: jobId, translate: socketEvent },
};
