import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Functions, Logger } from '../../activities/deps.ts';
import { BUILT_INS, builtIn } from '../../domain/functions/built-in.ts';
import type { RunFunction } from '../../domain/functions/function-context.ts';
import type { FunctionMetadata } from '../../domain/functions/function-metadata.ts';
import { EXAMPLE_FUNCTIONS } from './example-functions.ts';
import { FUNCTION_FILE, readFunction } from './read-function.ts';

export interface LoadedFunction {
  readonly metadata: FunctionMetadata;
  readonly run: RunFunction;
}

export interface LoadedFunctions extends Functions {
  /** What lists show, built-in functions first. */
  readonly served: readonly FunctionMetadata[];
  /** Files that could not be used, each with why. */
  readonly faulty: readonly { readonly file: string; readonly why: string }[];
}

/**
 * Loads the functions of `FUNCTIONS_DIR` (null: none) and, when asked for, the examples. A faulty file is told loudly
 * by its name and left out; the others are served.
 */
export async function loadFunctions(options: {
  readonly folder: string | null;
  readonly examples: boolean;
  /** Those of a program that embeds the scheduler (docs/library.md). */
  readonly own?: readonly LoadedFunction[];
  readonly log: Logger;
}): Promise<LoadedFunctions> {
  const { folder, examples, log } = options;
  const byKey = new Map<string, LoadedFunction & { readonly from: string }>();
  const faulty: { file: string; why: string }[] = [];
  const refuse = (file: string, why: string, error?: unknown) => {
    faulty.push({ file, why });
    log.error({ file, ...(error === undefined ? {} : { error }) }, `The function file ${file} can't be used: ${why}`);
  };
  const take = (one: LoadedFunction, from: string) => {
    const { key } = one.metadata;
    const other = builtIn(key) === null ? byKey.get(key)?.from : 'a built-in function';
    if (other === undefined) byKey.set(key, { ...one, from });
    else refuse(from, `its key "${key}" is that of ${other}: export another key`);
  };
  if (examples) for (const example of EXAMPLE_FUNCTIONS) take(example, 'EXAMPLE_FUNCTIONS');
  for (const one of options.own ?? []) take(one, 'the program');
  for (const file of folder === null ? [] : await filesIn(folder, refuse)) {
    try {
      take(await readFunction(file), file);
    } catch (error) {
      refuse(file, error instanceof Error ? error.message : String(error), error);
    }
  }
  const own = [...byKey.values()].map((one) => one.metadata);
  if (folder !== null) log.info({ folder, functions: own.map(({ key }) => key) }, 'Functions loaded');
  return { served: [...builtInMetadata(), ...own], faulty, find: (key) => byKey.get(key)?.run ?? null };
}

/** Files directly in the folder, by name; those that begin with "_" or "." are for the others to import. */
async function filesIn(folder: string, refuse: (file: string, why: string) => void): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => !entry.isDirectory() && FUNCTION_FILE.test(entry.name));
    return names.map((entry) => join(resolve(folder), entry.name)).sort();
  } catch (error) {
    refuse(folder, `FUNCTIONS_DIR can't be read (${error instanceof Error ? error.message : String(error)})`);
    return [];
  }
}

function builtInMetadata(): FunctionMetadata[] {
  return Object.values(BUILT_INS).map(({ key, nameEn, nameAr, descriptionEn, descriptionAr }) => {
    return { key, nameEn, nameAr, descriptionEn, descriptionAr };
  });
}
