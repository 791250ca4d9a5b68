import { TrieRouter } from 'hono/router/trie-router';

/** The routes of one face by path: which methods a path takes, whatever the request's own. */
export interface RouteTable {
  /** Empty when the face has no such path. HEAD comes with GET. */
  methodsAt(path: string): readonly string[];
  /** Whether any route begins as the path does, in its first three segments (`/api/v1/scheduler`). */
  hasBaseOf(path: string): boolean;
}

const BASE_SEGMENTS = 3;

/** `routes` are those of a Hono application; its middleware (method ALL) doesn't count. */
export function createRouteTable(routes: readonly { readonly method: string; readonly path: string }[]): RouteTable {
  const router = new TrieRouter<string>();
  const bases = new Set<string>();
  for (const { method, path } of routes) {
    if (method === 'ALL') continue;
    router.add('ALL', path, method);
    bases.add(baseOf(path));
  }
  return {
    methodsAt(path) {
      const methods = router.match('ALL', path)[0].map(([method]) => method);
      return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].sort();
    },
    hasBaseOf: (path) => bases.has(baseOf(path)),
  };
}

function baseOf(path: string): string {
  return path.split('/', BASE_SEGMENTS + 1).join('/');
}
