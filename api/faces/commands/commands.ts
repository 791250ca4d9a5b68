import { newFaceApp } from '../../http/face-app.ts';
import type { FaceDefinition } from '../../http/face.ts';
import { errors, renderError } from './errors.ts';
import { addBulkRoutes } from './routes/bulk.ts';
import { addDependencyRoutes } from './routes/dependencies.ts';
import { addExecutionRoutes } from './routes/executions.ts';
import { addForesightRoutes } from './routes/foresight.ts';
import { describeHealth } from './routes/health-docs.ts';
import { addScheduleRoutes } from './routes/schedule.ts';
import { addSchedulesRoutes } from './routes/schedules.ts';
import { addStandingRoutes } from './routes/standing.ts';
import { addTemplateRoutes } from './routes/templates.ts';
import { SCHEDULES } from './translate/schedule-id.ts';

/** commands.txt: the Scheduler Service. */
export const commands: FaceDefinition = {
  name: 'commands',
  title: 'Scheduler Service',
  description:
    'Schedules that send commands over NATS, or webhooks: by cron expression, interval, once or at once. Refusals are ' +
    '`{"detail", "code"}`.',
  errors,
  renderError,
  build() {
    const app = newFaceApp();
    addSchedulesRoutes(app);
    addBulkRoutes(app);
    addForesightRoutes(app);
    addScheduleRoutes(app);
    addStandingRoutes(app);
    addExecutionRoutes(app);
    addDependencyRoutes(app);
    addTemplateRoutes(app);
    describeHealth(app);
    return app;
  },
  bulkPaths: [`${SCHEDULES}/bulk/create`, `${SCHEDULES}/bulk/operation`],
  openToLoopback: true,
  leastRole: { read: 'viewer', write: 'operator' },
};
