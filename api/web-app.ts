import { Hono, type Context } from 'hono';
import type { Face } from '../domain/faces.ts';
import type { Tracing } from '../domain/tracing.ts';
import { createSockets, type Sockets } from './events/sockets.ts';
import type { EventHub } from './events/event-hub.ts';
import { createDispatch } from './faces/dispatch.ts';
import { bodyKeys } from './http/body-keys.ts';
import { createShell, unknownRoute, type Shell } from './http/face-shell.ts';
import type { FaceDefinition } from './http/face.ts';
import { faultOf } from './http/fault.ts';
import { healthRoutes, type HealthDeps } from './http/health.ts';
import { keyRoutes } from './http/key-routes.ts';
import { httpMetrics } from './http/metrics/http-metrics.ts';
import { metricsRoutes, type MetricsDeps } from './http/metrics/metrics-routes.ts';
import { openApiDocument } from './http/openapi-document.ts';
import { referencePage } from './http/reference-page.ts';
import { refuse } from './http/refuse.ts';
import { requestMarks, type ParentLog } from './http/request-marks.ts';
import { serviceDialect } from './http/service-dialect.ts';
import type { WebBindings, WebDeps } from './http/web-deps.ts';
import { faceOfExecution } from './verbs/face-of-execution.ts';

export interface WebAppDeps {
  readonly faces: readonly FaceDefinition[];
  readonly web: WebDeps;
  readonly hub: EventHub;
  /** A seat for one more socket of a client; null when it has five. */
  readonly takeSeat: (client: string) => Promise<(() => void) | null>;
  /** How often sockets are asked whether they live and may stay; 30 s where nothing is said. */
  readonly socketsBeatEveryMs?: number;
  readonly service: HealthDeps['service'];
  readonly health: Pick<HealthDeps, 'probes' | 'vital'>;
  /** What /metrics tells beside what is known here; without it there is none. */
  readonly metrics?: Pick<MetricsDeps, 'registry' | 'read' | 'dependencies' | 'token'> | undefined;
  readonly log: ParentLog;
  /** Absent where nothing is traced. */
  readonly tracing?: Tracing | undefined;
  readonly isServing: () => boolean;
  readonly monotonicMs: () => number;
}

type Env = { Bindings: WebBindings };
interface Mounted {
  readonly definition: FaceDefinition;
  readonly shell: Shell;
  readonly document: string;
}

const KEYS_GUARD = { name: 'service', openToLoopback: false, leastRole: { read: 'admin', write: 'admin' } } as const;

/** The whole web in one application: every face twice (DECISIONS section 1), keys, health, documents. */
export function createWebApp(deps: WebAppDeps): { app: Hono<Env>; sockets: Sockets } {
  const { web, log } = deps;
  const countFailure = (peer: string) => web.rateLimit.count({ face: 'service', client: peer, kind: 'write' });
  const { authenticate } = web;
  const sockets = createSockets({
    authenticate,
    countFailure,
    takeSeat: deps.takeSeat,
    hub: deps.hub,
    beatEveryMs: deps.socketsBeatEveryMs,
    log,
    now: () => web.now(),
  });
  const mounted = deps.faces.map((definition) => mount(definition, deps, sockets));
  const keys = keyRoutes();
  const keysShell = createShell(keys, { dialect: serviceDialect, guard: KEYS_GUARD, bulkPaths: [] }, web);

  const app = new Hono<Env>();
  app.onError((error, c) => {
    const fault = faultOf(error);
    if (fault.code === 'INTERNAL') c.env.marks.log.error({ error, path: c.req.path }, 'A request failed');
    return refuse(c, fault, serviceDialect, web.now());
  });
  app.use('*', requestMarks(deps));
  if (deps.metrics !== undefined) {
    const { authenticate, rateLimit, openFaces: openToLoopback } = web;
    const { monotonicMs } = deps;
    app.use('*', httpMetrics(deps.metrics.registry, monotonicMs));
    const guard = { authenticate, rateLimit };
    app.route('/', metricsRoutes({ ...deps.metrics, openToLoopback, guard, log, now: () => web.now(), monotonicMs }));
  }

  const health = healthRoutes({ ...deps, ...deps.health, now: () => web.now() });
  app.route('/', health);
  for (const { definition, shell, document } of mounted) {
    const prefix = `/${definition.name}`;
    app.route(prefix, health);
    app.get(`${prefix}/openapi.json`, (c) => c.body(document, 200, { 'Content-Type': 'application/json' }));
    for (const at of [prefix, '']) sendOn(app, at, definition.movedFrom);
    app.route(prefix, shell.app);
  }
  app.all('/api/v1/keys', (c) => keysShell.app.fetch(c.req.raw, c.env));
  app.all('/api/v1/keys/*', (c) => keysShell.app.fetch(c.req.raw, c.env));
  serveDocuments(app, mounted, openApiDocument(keys, { ...aboutKeys, version: deps.service.version, servers: ['/'] }));
  dispatchTheRest(app, mounted, web);
  return { app, sockets };
}

const aboutKeys = { title: 'Almanac: API keys', description: 'API keys, for admins (DECISIONS section 2).' };

function mount(definition: FaceDefinition, deps: WebAppDeps, sockets: Sockets): Mounted {
  const { name, title, description, socket } = definition;
  const routes = definition.build({ limits: deps.web.limits, now: () => deps.web.now() });
  const document = openApiDocument(routes, {
    title,
    description,
    version: deps.service.version,
    servers: [`/${name}`, '/'],
  });
  const options = { dialect: definition, guard: definition, bulkPaths: definition.bulkPaths };
  const socketOption = socket && { socket: { path: socket.path, handler: sockets.at(socket) } };
  return { definition, document, shell: createShell(routes, { ...options, ...socketOption }, deps.web) };
}

function serveDocuments(app: Hono<Env>, mounted: readonly Mounted[], keysDocument: string): void {
  const faces = mounted.map(({ definition: { name, title } }) => ({ name: title, url: `/${name}/openapi.json` }));
  app.get('/service/openapi.json', (c) => c.body(keysDocument, 200, { 'Content-Type': 'application/json' }));
  app.route('/', referencePage([...faces, { name: aboutKeys.title, url: '/service/openapi.json' }]));
  app.get('/', (c) => c.redirect('/docs'));
}

/** Says nothing but where to ask, so that it needs no credential: the face guards what it is asked there. */
function sendOn(app: Hono<Env>, prefix: string, moved: FaceDefinition['movedFrom']): void {
  if (moved === undefined) return;
  const old = `${prefix}${moved.from}`;
  const there = (c: Context<Env>) => {
    const { pathname, search } = new URL(c.req.url);
    return c.redirect(`${prefix}${moved.to}${pathname.slice(old.length)}${search}`, 308);
  };
  app.all(old, there);
  app.all(`${old}/*`, there);
}

/** Unprefixed requests, told apart by the rules; each face still guards itself. */
function dispatchTheRest(app: Hono<Env>, mounted: readonly Mounted[], web: WebDeps): void {
  const shells = new Map<Face, Shell>(mounted.map(({ definition, shell }) => [definition.name, shell]));
  const claimants = mounted.map(({ definition, shell }) => ({ name: definition.name, routes: shell.routes }));
  const choose = createDispatch(claimants, (id) => faceOfExecution(web, id));
  app.all('*', async (c) => {
    const { raw, method, path } = c.req;
    const query = new URL(c.req.url).searchParams;
    const face = await choose({ method, path, query, bodyKeys: () => bodyKeys(raw) });
    const shell = face === null ? undefined : shells.get(face);
    if (shell === undefined) throw unknownRoute(method, path, []);
    return shell.app.fetch(raw, c.env);
  });
}
