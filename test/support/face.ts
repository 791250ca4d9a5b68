import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaceDefinition } from '../../api/http/face.ts';
import { createShell } from '../../api/http/face-shell.ts';
import { requestMarks, type ParentLog } from '../../api/http/request-marks.ts';
import { unauthenticated } from '../../api/http/unauthenticated.ts';
import type { WebBindings } from '../../api/http/web-deps.ts';
import { ROLES, type Limits, type Log, type Role, type VerbContext } from '../../api/verbs/context.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON, empty where there is none; what a test looks for within it, it must name. */
  readonly body: Record<string, unknown>;
}

/** A face behind its real shell on a real port; the token of a request is the role that it acts in. */
export interface ServedFace {
  readonly url: string;
  /** `path` is below the face's documented base. */
  call(
    method: string,
    path: string,
    body?: unknown,
    options?: { role?: Role; headers?: Record<string, string> },
  ): Promise<Answer>;
  closeServer(): void;
}

/** What a face works with: the parts of a test's context. */
export interface FaceParts extends Pick<VerbContext, 'db' | 'engine' | 'ids'> {
  readonly limits: Limits;
  readonly log: Log;
  now(): number;
}

export async function serveFace(face: FaceDefinition, base: string, parts: FaceParts): Promise<ServedFace> {
  const web = {
    ...parts,
    now: () => parts.now(),
    deviceId: 'test-device',
    authenticate: (token: string) => {
      const role = ROLES.find((known) => known === token);
      if (role === undefined) return Promise.reject(unauthenticated('malformed', 'Not one of the test tokens.'));
      return Promise.resolve({ subject: token, roles: [role], credential: 'jwt' as const, expiresAt: null });
    },
    rateLimit: { count: () => Promise.resolve(null) },
    openFaces: false,
  };
  const routes = face.build({ limits: web.limits, now: web.now });
  const shell = createShell(routes, { dialect: face, guard: face, bulkPaths: face.bulkPaths }, web);
  const log: ParentLog = { debug: () => undefined, ...parts.log, child: () => log };
  const app = new Hono<{ Bindings: WebBindings }>();
  app.use('*', requestMarks({ log, monotonicMs: () => performance.now(), isServing: () => true }));
  app.route('/', shell.app);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async call(method, path, body, options = {}) {
      const headers = { Authorization: `Bearer ${options.role ?? 'admin'}`, ...options.headers };
      const response = await fetch(`${url}${base}${path}`, {
        method,
        headers: body === undefined ? headers : { 'Content-Type': 'application/json', ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
      };
    },
    closeServer() {
      server.closeAllConnections();
      server.close();
    },
  };
}
