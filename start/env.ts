import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';

/** One wrong variable: its name and a sentence that says what to write. Never its value where that may be a secret. */
export interface WrongVariable {
  readonly name: string;
  readonly message: string;
}

/** What the configuration is made of: the environment with its `NAME_FILE`s read, and what the machine tells. */
export interface Environment {
  readonly values: Readonly<Record<string, string>>;
  readonly wrong: readonly WrongVariable[];
  readonly hostname: string;
  /** The text of a file that a variable names, relative to the working folder. Throws when it can't be read. */
  readText(path: string): string;
}

/**
 * Reads the environment. For each of `names`, `NAME_FILE` may name a file that holds the value instead (a mounted
 * secret). An empty variable counts as not set, as compose files write it.
 */
export function readEnvironment(
  names: readonly string[],
  source: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const given = Object.entries(source).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
  const values: Record<string, string> = Object.fromEntries(given);
  const wrong: WrongVariable[] = [];
  for (const name of names) {
    const file = values[`${name}_FILE`];
    if (file === undefined || names.includes(`${name}_FILE`)) continue;
    if (values[name] !== undefined) {
      wrong.push({ name, message: `is set, and so is ${name}_FILE: remove one of the two` });
      continue;
    }
    try {
      values[name] = readText(file).replace(/\r?\n$/, '');
    } catch (error) {
      wrong.push({ name: `${name}_FILE`, message: `names ${file}, which can't be read (${reasonOf(error)})` });
    }
  }
  return { values, wrong, hostname: hostname(), readText };
}

function readText(path: string): string {
  return readFileSync(resolve(path), 'utf8');
}

/** `ENOENT` and the like; the file's text never. */
export function reasonOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'unknown error';
}
