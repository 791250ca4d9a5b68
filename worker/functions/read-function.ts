import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import type { RunFunction } from '../../domain/functions/function-context.ts';
import { readMetadata } from '../../domain/functions/function-metadata.ts';
import { compileTypescript } from './compile-typescript.ts';
import type { LoadedFunction } from './load-functions.ts';

/** A file that is a function: not a declaration, a test, or one for the others to import. */
export const FUNCTION_FILE = /^(?![._])(?!.*\.(d|test|spec)\.[cm]?[jt]s$).*\.[cm]?[jt]s$/;

/** A file whose top level waits for longer than this is given up. */
const LOAD_WITHIN_MS = 10_000;

type Exported = Readonly<Record<string, unknown>>;

/** Loads one file. Throws with the reason when it can't be loaded, exports no function, or its metadata is wrong. */
export async function readFunction(file: string): Promise<LoadedFunction> {
  const module = await loaded(file);
  const { default: main } = module;
  const fallback: Exported = main !== null && typeof main === 'object' ? (main as Exported) : {};
  const run = module['run'] ?? (typeof main === 'function' ? main : fallback['run']);
  if (typeof run !== 'function') {
    throw new Error('it exports no function: export an async function run(context), or a default one');
  }
  const name = basename(file).replace(/\.[cm]?[jt]s$/, '');
  return { run: run as RunFunction, metadata: readMetadata({ ...fallback, ...module }, name) };
}

async function loaded(file: string): Promise<Exported> {
  const { path, remove } = /\.[cm]?ts$/.test(file) ? await compileTypescript(file) : { path: file, remove: null };
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const why = `it was not loaded within ${LOAD_WITHIN_MS / 1000} s: let its top level wait for nothing`;
    timer = setTimeout(() => reject(new Error(why)), LOAD_WITHIN_MS);
  });
  try {
    return await Promise.race([import(pathToFileURL(path).href) as Promise<Exported>, tooLate]);
  } catch (error) {
    throw await located(error, path);
  } finally {
    clearTimeout(timer);
    await remove?.();
  }
}

/** Node does not say where a syntax error stands: esbuild does. */
async function located(error: unknown, file: string): Promise<unknown> {
  if (!(error instanceof SyntaxError)) return error;
  return esbuild.build({ entryPoints: [file], write: false, logLevel: 'silent' }).then(
    () => error,
    (fault: unknown) => fault,
  );
}
