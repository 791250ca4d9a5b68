import { newFaceApp } from '../../http/face-app.ts';
import type { FaceDefinition } from '../../http/face.ts';
import { errors, renderError } from './errors.ts';
import { addBulkRoutes } from './routes/bulk.ts';
import { addDependencyRoutes } from './routes/dependencies.ts';
import { addExecutionRoutes } from './routes/executions.ts';
import { addForesightRoutes } from './routes/foresight.ts';
import { addMonitoringRoutes } from './routes/monitoring.ts';
import { addStandingRoutes } from './routes/standing.ts';
import { addTaskRoutes } from './routes/task.ts';
import { addTasksRoutes } from './routes/tasks.ts';
import { TASKS } from './translate/task-id.ts';

/** tasks.txt: the Distributed Task Scheduler API. */
export const tasks: FaceDefinition = {
  name: 'tasks',
  title: 'Distributed Task Scheduler API',
  description:
    'Tasks that run by cron expression, once, by interval, after one another or by hand. Refusals are ' +
    '`{"error": {"code", "message", "details"}}`.',
  errors,
  renderError,
  build() {
    const app = newFaceApp();
    addBulkRoutes(app);
    addForesightRoutes(app);
    addTasksRoutes(app);
    addTaskRoutes(app);
    addStandingRoutes(app);
    addExecutionRoutes(app);
    addDependencyRoutes(app);
    addMonitoringRoutes(app);
    return app;
  },
  bulkPaths: [`${TASKS}/bulk`, `${TASKS}/bulk-delete`],
  openToLoopback: false,
  leastRole: { read: 'viewer', write: 'operator' },
};
