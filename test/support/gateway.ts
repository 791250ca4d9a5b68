import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gateway } from '../../api/faces/gateway/gateway.ts';
import { createShell } from '../../api/http/face-shell.ts';
import { requestMarks, type ParentLog } from '../../api/http/request-marks.ts';
import { unauthenticated } from '../../api/http/unauthenticated.ts';
import type { WebBindings } from '../../api/http/web-deps.ts';
import { ROLES, type Limits, type Role } from '../../api/verbs/context.ts';
import { openVerbs, type TestVerbs } from './verbs.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON; what a test looks for within it, it must name. */
  readonly body: Record<string, unknown>;
}

/** The gateway face behind its real shell on a real port; the token of a request is the role that it acts in. */
export interface TestGateway extends TestVerbs {
  readonly url: string;
  call(
    method: string,
    path: string,
    body?: unknown,
    options?: { role?: Role; headers?: Record<string, string> },
  ): Promise<Answer>;
  stop(): Promise<void>;
}

const BASE = '/api/v1/scheduler';

export async function startGateway(limits: Partial<Limits> = {}): Promise<TestGateway> {
  const verbs = await openVerbs();
  const web = {
    db: verbs.db,
    engine: verbs.engine,
    ids: verbs.ctx.ids,
    limits: { ...verbs.ctx.limits, ...limits },
    deviceId: 'test-device',
    authenticate: (token: string) => {
      const role = ROLES.find((known) => known === token);
      if (role === undefined) return Promise.reject(unauthenticated('malformed', 'Not one of the test tokens.'));
      return Promise.resolve({ subject: token, roles: [role], credential: 'jwt' as const, expiresAt: null });
    },
    rateLimit: { count: () => Promise.resolve(null) },
    openFaces: false,
    now: () => verbs.now,
  };
  const routes = gateway.build({ limits: web.limits, now: web.now });
  const shell = createShell(routes, { dialect: gateway, guard: gateway, bulkPaths: gateway.bulkPaths }, web);
  const log: ParentLog = { ...verbs.log, child: () => log };
  const app = new Hono<{ Bindings: WebBindings }>();
  app.use('*', requestMarks({ log, monotonicMs: () => performance.now(), isServing: () => true }));
  app.route('/', shell.app);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const call: TestGateway['call'] = async (method, path, body, options = {}) => {
    const headers = { Authorization: `Bearer ${options.role ?? 'admin'}`, ...options.headers };
    const response = await fetch(`${url}${BASE}${path}`, {
      method,
      headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Record<string, unknown>,
    };
  };
  return Object.assign(verbs, {
    url,
    call,
    async stop() {
      server.closeAllConnections();
      server.close();
      await verbs.close();
    },
  });
}
