/** That `child` waits for `parent`. */
export interface Edge {
  readonly child: string;
  readonly parent: string;
}

/**
 * The cycle that would come about if `child` waited for these parents, as a path from the child back to itself, each
 * waiting for the next; null when there is none. `edges` are those above the parents; any depth, no recursion.
 */
export function findCycle(edges: readonly Edge[], child: string, parents: readonly string[]): string[] | null {
  const above = new Map<string, string[]>();
  for (const edge of edges) above.set(edge.child, [...(above.get(edge.child) ?? []), edge.parent]);
  const from = new Map<string, string>();
  const open = [...parents];
  for (const parent of parents) from.set(parent, child);
  for (let job = open.shift(); job !== undefined; job = open.shift()) {
    if (job === child) return pathTo(child, from);
    for (const next of above.get(job) ?? []) {
      if (from.has(next)) continue;
      from.set(next, job);
      open.push(next);
    }
  }
  return null;
}

function pathTo(child: string, from: ReadonlyMap<string, string>): string[] {
  const path = [child];
  let step = from.get(child);
  while (step !== undefined && step !== child) {
    path.unshift(step);
    step = from.get(step);
  }
  return [child, ...path];
}
