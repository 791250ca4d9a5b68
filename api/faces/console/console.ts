import { newFaceApp } from '../../http/face-app.ts';
import type { FaceDefinition } from '../../http/face.ts';
import { errors, renderError } from './errors.ts';
import { addActionRoute } from './routes/action.ts';
import { addForesightRoutes } from './routes/foresight.ts';
import { addHistoryRoutes } from './routes/history.ts';
import { addJobRoutes } from './routes/job.ts';
import { addJobsRoutes } from './routes/jobs.ts';
import { addServiceRoutes } from './routes/service.ts';

/** console.txt: the Job Scheduler. */
export const consoleFace: FaceDefinition = {
  name: 'console',
  title: 'Job Scheduler',
  description:
    'Jobs that call registered functions by interval or cron expression, with names in English and Arabic. For super ' +
    'admins only. Refusals are `{"detail", "code"}`.',
  errors,
  renderError,
  build() {
    const app = newFaceApp();
    addForesightRoutes(app);
    addJobsRoutes(app);
    addJobRoutes(app);
    addActionRoute(app);
    addHistoryRoutes(app);
    addServiceRoutes(app);
    return app;
  },
  bulkPaths: [],
  openToLoopback: false,
  leastRole: { read: 'super_admin', write: 'super_admin' },
};
