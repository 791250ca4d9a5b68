import { parseDependencies, type Dependency } from '../../../../domain/dependencies.ts';
import { isoSecondsOrNull } from '../../../http/times.ts';
import type { DependencyView } from '../../../verbs/list-dependencies.ts';
import { inScheduleNames } from './target-shape.ts';

/** A dependency as bodies write it. */
export interface DependencyBody {
  readonly schedule_id: string;
  readonly type?: unknown;
}

/** Reads the list of a body. Throws INVALID_INPUT by its documented names. */
export function readDependencies(list: readonly DependencyBody[]): readonly Dependency[] {
  const read = list.map(({ schedule_id: jobId, type }) => ({ jobId, ...(type !== undefined && { type }) }));
  try {
    return parseDependencies(read);
  } catch (error) {
    throw inScheduleNames(error);
  }
}

export function dependencyListShape(dependencies: readonly Dependency[] = []) {
  return dependencies.map(({ jobId, type }) => ({ schedule_id: jobId, type }));
}

/** One dependency, and how it stands. */
export function dependencyShape({ id, parent, type, standing, end }: DependencyView) {
  const lastEnd =
    end === null ? null : { execution_id: end.executionId, status: end.state, at: isoSecondsOrNull(end.at) };
  return { id, schedule_id: parent.id, schedule_name: parent.name, type, standing, last_end: lastEnd };
}
