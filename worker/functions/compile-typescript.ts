import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Packages are found from where the source lies, and imported by their places: the output lies elsewhere. */
const packagesByPlace: Plugin = {
  name: 'packages-by-place',
  setup(compiling) {
    compiling.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'asked' || from.kind === 'entry-point' || path.startsWith('node:')) return undefined;
      const { importer, resolveDir, kind } = from;
      const found = await compiling.resolve(path, { importer, resolveDir, kind, pluginData: 'asked' });
      if (found.errors.length > 0) return { errors: found.errors };
      return { path: found.external ? found.path : pathToFileURL(found.path).href, external: true };
    });
  },
};

/**
 * Compiles a function's TypeScript with what it imports of its own, types unchecked. Returns the file to import, which
 * goes with `remove` once it has been.
 */
export async function compileTypescript(file: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'almanac-function-'));
  const outfile = join(folder, `${basename(file).replace(/\.[cm]?ts$/, '')}.mjs`);
  const remove = () => rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    logLevel: 'silent',
    plugins: [packagesByPlace],
  }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  return { path: outfile, remove };
}
