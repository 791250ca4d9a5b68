import type { Face } from '../../domain/faces.ts';
import { isUuid } from '../../domain/ids.ts';
import type { RouteTable } from '../http/route-table.ts';

/** An unprefixed request, as far as telling it apart needs it. */
export interface Unprefixed {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The body's keys, where it is a JSON object; read only by the rule that asks for them. */
  readonly bodyKeys: () => Promise<readonly string[]>;
}

interface Question extends Unprefixed {
  /** What the rule's path caught. */
  readonly id: string;
  readonly ownerOf: (executionId: string) => Promise<Face | null>;
}

interface Rule {
  readonly method?: string;
  readonly path: RegExp;
  /** null: this rule has nothing to say of it. */
  choose(question: Question): Face | null | Promise<Face | null>;
}

const isInteger = (id: string) => /^\d+$/.test(id);
const CONSOLE_PAGES = ['page', 'per_page', 'is_enabled', 'job_type_id'];

/** The five rules of DECISIONS section 1, in its order; nothing else tells two documents apart. */
const RULES: readonly Rule[] = [
  {
    path: /^\/api\/v1\/scheduler\/jobs\/([^/]+)/,
    choose: ({ id }) => (isInteger(id) ? 'console' : id.startsWith('job_') ? 'gateway' : null),
  },
  {
    method: 'POST',
    path: /^\/api\/v1\/scheduler\/jobs$/,
    choose: async ({ bodyKeys }) => ((await bodyKeys()).includes('taskFunctionId') ? 'console' : 'gateway'),
  },
  {
    method: 'GET',
    path: /^\/api\/v1\/scheduler\/jobs$/,
    choose: ({ query }) => (CONSOLE_PAGES.some((name) => query.has(name)) ? 'console' : 'gateway'),
  },
  {
    path: /^\/api\/v1\/scheduler\/executions(?:\/([^/]+))?/,
    choose: ({ id }) => (id === '' || isInteger(id) ? 'reviewer' : 'gateway'),
  },
  { path: /^\/api\/v1\/executions(?:\/running|\/stats\/[^/]+)?$/, choose: () => 'commands' },
  { path: /^\/api\/v1\/executions\/[^/]+\/(?:logs|cancel)$/, choose: () => 'tasks' },
  {
    path: /^\/api\/v1\/executions\/([^/]+)$/,
    choose: ({ id, ownerOf }) => (isUuid(id) ? ownerOf(id) : null),
  },
];

/** A listed face, and what it claims. */
export interface Claimant {
  readonly name: Face;
  readonly routes: RouteTable;
}

/**
 * Which face answers an unprefixed request; null when none does. A path that one face alone claims is its own; of
 * several the rules choose, among those that are listed. An unknown path goes to the first face of its base, for its 404.
 */
export function createDispatch(
  claimants: readonly Claimant[],
  ownerOf: (executionId: string) => Promise<Face | null>,
): (request: Unprefixed) => Promise<Face | null> {
  return async (request) => {
    const claiming = claimants.filter(({ routes }) => routes.methodsAt(request.path).length > 0);
    if (claiming.length > 1) {
      const chosen = await chosenByRule(request, ownerOf);
      if (claiming.some(({ name }) => name === chosen)) return chosen;
    }
    const willing = claiming.find(({ routes }) => routes.methodsAt(request.path).includes(request.method));
    const based = claimants.find(({ routes }) => routes.hasBaseOf(request.path));
    return (willing ?? claiming[0] ?? based)?.name ?? null;
  };
}

async function chosenByRule(request: Unprefixed, ownerOf: Question['ownerOf']): Promise<Face | null> {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  for (const rule of RULES) {
    const match = rule.method === undefined || rule.method === method ? rule.path.exec(request.path) : null;
    if (match === null) continue;
    const { path, query, bodyKeys } = request;
    const chosen = await rule.choose({ method, path, query, bodyKeys, id: match[1] ?? '', ownerOf });
    if (chosen !== null) return chosen;
  }
  return null;
}
