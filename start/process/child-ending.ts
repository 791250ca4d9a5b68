import type { ChildProcess } from 'node:child_process';
import type { Ending } from './running-part.ts';

/** How a child of ours ends, or why it never began. */
export function childEnding(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, signal: null, problem: error.message });
    });
  });
}

/** A look at a promise from outside: its value once it has one. */
export function peek<T>(promise: Promise<T>): () => T | undefined {
  let value: T | undefined;
  void promise.then((settled) => (value = settled));
  return () => value;
}
