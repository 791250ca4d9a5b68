import { parseDependencies, type Dependency } from '../../../../domain/dependencies.ts';
import { invalid } from '../../../../domain/errors.ts';
import { renamedFaults } from '../../../http/renamed-faults.ts';

/** A dependency as bodies write it. */
export interface DependencyBody {
  readonly depends_on_task_id: string;
  readonly dependency_type?: unknown;
}

/** Reads the list of a body. Throws INVALID_INPUT by its documented names. */
export function readDependencies(list: readonly DependencyBody[]): readonly Dependency[] {
  const read = list.map(({ depends_on_task_id: jobId, dependency_type: type }) => ({
    jobId,
    ...(type !== undefined && { type }),
  }));
  try {
    return parseDependencies(read);
  } catch (error) {
    throw inTaskNames(error);
  }
}

/** Reads one, named without its place in a list. */
export function readDependency(body: DependencyBody): Dependency {
  try {
    const [dependency] = readDependencies([body]);
    if (dependency !== undefined) return dependency;
  } catch (error) {
    throw renamedFaults(error, (path) => path.replace(/^dependencies\.0\./, ''));
  }
  throw invalid('INVALID_INPUT', [{ path: 'depends_on_task_id', message: 'must be the id of a task' }]);
}

export function dependencyListShape(dependencies: readonly Dependency[] = []) {
  return dependencies.map(({ jobId, type }) => ({ depends_on_task_id: jobId, dependency_type: type }));
}

/** What verbs refuse of a task, by its documented names: what it does follows from its payload. */
export function inTaskNames(error: unknown): unknown {
  return renamedFaults(
    error,
    (path) =>
      path
        .replace(/^action$/, 'payload')
        .replace(/^(dependencies\.\d+)\.jobId$/, '$1.depends_on_task_id')
        .replace(/^(dependencies\.\d+)\.type$/, '$1.dependency_type'),
    (message) => message.replaceAll(/\bjob\b/g, 'task'),
  );
}
