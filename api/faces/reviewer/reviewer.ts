import { newFaceApp } from '../../http/face-app.ts';
import type { FaceDefinition } from '../../http/face.ts';
import { errors, renderError, translate } from './errors.ts';
import { addExecutionRoutes } from './routes/executions.ts';
import { addForesightRoutes } from './routes/foresight.ts';
import { addRunRoutes } from './routes/runs.ts';
import { addServiceRoutes } from './routes/service.ts';
import { addTaskRoutes } from './routes/task.ts';
import { addTasksRoutes } from './routes/tasks.ts';
import { BASE, LEGACY_BASE } from './translate/task-id.ts';

/** reviewer.txt: the scheduler of the PostgreSQL Reviewer. */
export const reviewer: FaceDefinition = {
  name: 'reviewer',
  title: 'PostgreSQL Reviewer',
  description:
    'API для управления планировщиком задач PostgreSQL Reviewer. Позволяет создавать, управлять и мониторить ' +
    'автоматические задачи анализа. Отказы: `{"detail", "code"}`.',
  errors,
  renderError,
  translate,
  build() {
    const app = newFaceApp();
    addForesightRoutes(app);
    addTasksRoutes(app);
    addTaskRoutes(app);
    addRunRoutes(app);
    addExecutionRoutes(app);
    addServiceRoutes(app);
    return app;
  },
  bulkPaths: [],
  movedFrom: { from: LEGACY_BASE, to: BASE },
  openToLoopback: true,
  leastRole: { read: 'viewer', write: 'operator' },
};
