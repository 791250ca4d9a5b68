import { parseDependencies, type Dependency } from '../../../../domain/dependencies.ts';
import { DomainError, invalid, type Fault } from '../../../../domain/errors.ts';

/** A dependency as bodies write it. */
export interface DependencyBody {
  readonly depends_on_task_id: string;
  readonly dependency_type?: unknown;
}

/** Reads the list of a body. Throws INVALID_INPUT by its documented names. */
export function readDependencies(list: readonly DependencyBody[]): readonly Dependency[] {
  return inDocumentedWords(() =>
    parseDependencies(
      list.map(({ depends_on_task_id: jobId, dependency_type: type }) => ({ jobId, ...(type !== undefined && { type }) })),
    ),
  );
}

/** Reads one, named without the place in a list. */
export function readDependency(body: DependencyBody): Dependency {
  try {
    const [dependency] = readDependencies([body]);
    if (dependency !== undefined) return dependency;
  } catch (error) {
    throw renamed(error, (path) => path.replace(/^dependencies\.0\./, ''));
  }
  throw invalid('INVALID_INPUT', [{ path: 'depends_on_task_id', message: 'must be the id of a task' }]);
}

/** What verbs refuse of a list of dependencies, by documented names. */
export function inDocumentedWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inDocumentedNames(error);
  }
}

export function inDocumentedNames(error: unknown): unknown {
  return renamed(error, (path) => path.replace(/\.jobId$/, '.depends_on_task_id').replace(/\.type$/, '.dependency_type'));
}

export function dependencyListShape(dependencies: readonly Dependency[] = []) {
  return dependencies.map(({ jobId, type }) => ({ depends_on_task_id: jobId, dependency_type: type }));
}

function renamed(error: unknown, rename: (path: string) => string): unknown {
  const faults = error instanceof DomainError ? (error.details['faults'] as readonly Fault[] | undefined) : undefined;
  if (!(error instanceof DomainError) || faults === undefined) return error;
  const inTasks = (message: string) => message.replaceAll(/\bjob\b/g, 'task');
  return invalid(
    error.code,
    faults.map(({ path, message }) => ({ path: rename(path), message: inTasks(message) })),
  );
}
