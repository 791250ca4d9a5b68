import { TrieRouter } from 'hono/router/trie-router';

/** The routes of one face by path: which methods a path takes, whatever the request's own. */
export interface RouteTable {
  /** Empty when the face has no such path. HEAD comes with GET. */
  methodsAt(path: string): readonly string[];
}

/** `routes` are those of a Hono application; its middleware (method ALL) doesn't count. */
export function createRouteTable(routes: readonly { readonly method: string; readonly path: string }[]): RouteTable {
  const router = new TrieRouter<string>();
  for (const { method, path } of routes) if (method !== 'ALL') router.add('ALL', path, method);
  return {
    methodsAt(path) {
      const methods = router.match('ALL', path)[0].map(([method]) => method);
      return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)].sort();
    },
  };
}
