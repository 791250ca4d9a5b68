import { isoSecondsOrNull } from '../../../http/times.ts';
import type { GraphNode, JobGraph } from '../../../verbs/job-graph.ts';
import type { DependencyView } from '../../../verbs/list-dependencies.ts';
import { typeWord } from './schedule-types.ts';
import { statusOf } from './states.ts';

export function graphShape({ nodes, edges }: JobGraph) {
  return {
    nodes: nodes.map(nodeShape),
    edges: edges.map(({ id, parentId, childId, type, standing }) => ({
      dependency_id: id,
      from: parentId,
      to: childId,
      dependency_type: type,
      status: standing,
    })),
  };
}

function nodeShape(node: GraphNode) {
  return {
    task_id: node.id,
    task_name: node.name,
    task_type: typeWord(node.kind),
    enabled: node.enabled,
    paused: node.pausedAt !== null,
    state: stateOf(node),
    last_execution_time: isoSecondsOrNull(node.lastStartedAt),
  };
}

/** What it does now, else what it came to last. */
function stateOf({ running, waiting, queued, lastState }: GraphNode) {
  if (running > 0) return statusOf('running');
  if (waiting > 0) return statusOf('waiting');
  if (queued > 0) return statusOf('queued');
  return lastState === null ? null : statusOf(lastState);
}

/** tasks.txt, List Dependencies. */
export function dependencyShape({ id, parent, type, standing, end }: DependencyView) {
  return {
    dependency_id: id,
    depends_on_task_id: parent.id,
    depends_on_task_name: parent.name,
    dependency_type: type,
    status: standing,
    last_end:
      end === null
        ? null
        : { execution_id: end.executionId, status: statusOf(end.state), at: isoSecondsOrNull(end.at) },
  };
}
