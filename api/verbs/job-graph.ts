import { graphEdges, graphNodes, type GraphEdge, type GraphNode } from '../../db/queries/job-graph.ts';
import { standingOf, type Standing } from '../../domain/dependencies.ts';
import type { VerbContext } from './context.ts';

export type { GraphNode } from '../../db/queries/job-graph.ts';

export interface JobGraph {
  readonly nodes: readonly GraphNode[];
  /** Each says that `childId` waits for `parentId`, and how that stands for the child's next run. */
  readonly edges: readonly (GraphEdge & { readonly standing: Standing })[];
}

/** The face's jobs by number and who waits for whom, each with its state; `onlyTied` leaves out jobs without any tie. */
export async function jobGraph(ctx: VerbContext, options: { onlyTied?: boolean } = {}): Promise<JobGraph> {
  const { face } = ctx.actor;
  const [nodes, edges] = await Promise.all([
    graphNodes(ctx.db, face, options.onlyTied ?? false),
    graphEdges(ctx.db, face),
  ]);
  const shown = new Set(nodes.map((node) => node.id));
  return {
    nodes,
    // A job that is made or deleted meanwhile must not leave an edge without its ends.
    edges: edges
      .filter((edge) => shown.has(edge.childId) && shown.has(edge.parentId))
      .map((edge) => ({ ...edge, standing: standingOf(edge) })),
  };
}
