import type { MiddlewareHandler } from 'hono';
import { createMiddleware } from 'hono/factory';
import { DomainError } from '../../domain/errors.ts';
import { bodyGuard } from './body-guard.ts';
import type { Dialect } from './dialect.ts';
import { newFaceApp } from './face-app.ts';
import type { FaceApp, FaceEnv } from './face.ts';
import { faultOf } from './fault.ts';
import { guarded, type Guard } from './guarded.ts';
import { idempotent } from './idempotent.ts';
import { answeredRoute } from './metrics/answered-route.ts';
import { refuse } from './refuse.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';
import type { WebDeps } from './web-deps.ts';

/** An application with everything around its routes, ready to be mounted at any prefix. */
export interface Shell {
  readonly app: FaceApp;
  readonly routes: RouteTable;
}

/** Wraps routes in what holds for every face alike: guards, body limits, idempotency, refusals in its own shape. */
export function createShell(
  routes: FaceApp,
  options: {
    dialect: Dialect;
    guard: Guard;
    bulkPaths: readonly string[];
    /** It authenticates by itself, since a browser can't send a header. */
    socket?: { path: string; handler: MiddlewareHandler<FaceEnv> };
  },
  deps: WebDeps,
): Shell {
  const { dialect, guard, socket } = options;
  const socketRoute = socket === undefined ? [] : [{ method: 'GET', path: socket.path }];
  const table = createRouteTable([...routes.routes, ...socketRoute]);
  const bulk = options.bulkPaths.map((path) => new RegExp(`^${path.replaceAll('*', '[^/]+')}$`));
  const documented = (path: string) => (path.startsWith(`/${guard.name}/`) ? path.slice(guard.name.length + 1) : path);

  const app = newFaceApp();
  app.onError((error, c) => {
    const fault = faultOf(error);
    const { log } = c.env.marks;
    if (fault.code === 'INTERNAL') log.error({ error, method: c.req.method, path: c.req.path }, 'A request failed');
    else if (fault !== error && fault.code === 'DATABASE_UNAVAILABLE')
      log.warn({ error, path: c.req.path }, 'The database is away');
    return refuse(c, fault, dialect, deps.now());
  });
  app.use(
    '*',
    createMiddleware<FaceEnv>(async (c, next) => {
      await next();
      c.env.route = { face: guard.name, route: answeredRoute(c, `/${guard.name}`) };
    }),
  );
  if (socket !== undefined) app.get(socket.path, socket.handler);
  app.use('*', guarded(guard, deps));
  app.use(
    '*',
    bodyGuard((c) => bulk.some((pattern) => pattern.test(documented(c.req.path)))),
  );
  app.use('*', idempotent(guard.name));
  app.route('/', routes);
  app.all(
    '*',
    createMiddleware<FaceEnv>((c) => {
      throw unknownRoute(c.req.method, c.req.path, table.methodsAt(documented(c.req.path)));
    }),
  );
  return { app, routes: table };
}

/** 404, or 405 with the methods that the path does take. */
export function unknownRoute(method: string, path: string, allow: readonly string[]): DomainError {
  if (allow.length === 0 || allow.includes(method)) {
    return new DomainError('NOT_FOUND', `There is nothing at ${path}: /docs lists every path.`);
  }
  return new DomainError('METHOD_NOT_ALLOWED', `${path} takes ${allow.join(', ')}, not ${method}.`, { allow });
}
