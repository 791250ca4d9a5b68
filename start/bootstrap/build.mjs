import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The programs that Node runs, and the library (`almanac/scheduler`); what they share goes into chunks beside them. */
const ENTRIES = ['start/main.ts', 'start/library/create-scheduler.ts'];
const SOURCES = ['domain', 'workflows', 'activities', 'api', 'worker', 'db', 'start', 'cli'];
const WORKFLOW_SOURCES = ['domain', 'workflows'];

/**
 * Builds `dist/` where sources have changed: the programs, and the workflows ahead of time, as bundling them at start
 * costs 0.6–3.1 s (LIBRARIES.md section 1). All files of dist lie flat, so that `new URL('..', import.meta.url)` of a
 * source in a top folder is the root of the project in both.
 * `wanted` may name one part only.
 */
export async function build(root, say, wanted = ['programs', 'workflows']) {
  const folder = fileURLToPath(root);
  const dist = join(folder, 'dist');
  const stampFile = join(dist, 'build.json');
  const stamp = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
  const hashes = { programs: hashOf(folder, SOURCES), workflows: hashOf(folder, WORKFLOW_SOURCES) };
  const steps = [
    { part: 'programs', file: 'main.js', make: buildPrograms },
    { part: 'workflows', file: 'workflows.js', make: buildWorkflows },
  ].filter(
    ({ part, file }) => wanted.includes(part) && (stamp[part] !== hashes[part] || !existsSync(join(dist, file))),
  );
  if (steps.length === 0) return;
  mkdirSync(dist, { recursive: true });
  await Promise.all(
    steps.map(async ({ part, make }) => {
      const began = performance.now();
      await make(folder, dist);
      stamp[part] = hashes[part];
      say(`built the ${part} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    }),
  );
  write(stampFile, JSON.stringify(stamp));
}

async function buildPrograms(folder, dist) {
  const esbuild = await import('esbuild');
  const { outputFiles } = await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ENTRIES,
    outdir: dist,
    entryNames: '[name]',
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
  // Its helper process would else stay for as long as what is started next runs.
  await esbuild.stop();
  // Chunks first: whoever starts in the meantime finds each file that an entry names.
  const isEntry = ({ path }) => ENTRIES.some((entry) => basename(path).startsWith(basename(entry, '.ts') + '.'));
  const inOrder = [...outputFiles].sort((a, b) => Number(isEntry(a)) - Number(isEntry(b)));
  for (const { path, contents } of inOrder) write(path, contents);
  removeOthers(dist, new Set(inOrder.map(({ path }) => relative(dist, path))));
}

async function buildWorkflows(folder, dist) {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const workflowsPath = join(folder, 'workflows', 'index.ts');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  write(join(dist, 'workflows.js'), code);
}

function removeOthers(dist, kept) {
  for (const name of readdirSync(dist)) {
    if (!kept.has(name) && /-[A-Z0-9]{8}\.js(\.map)?$/.test(name)) rmSync(join(dist, name), { force: true });
  }
}

/** Whole or not at all, as another command may read it now. */
function write(path, contents) {
  const half = `${path}.${process.pid}`;
  writeFileSync(half, contents);
  renameSync(half, path);
}

function hashOf(folder, sources) {
  const hash = createHash('sha256');
  const builder = fileURLToPath(import.meta.url);
  const files = sources.flatMap((source) => sourceFiles(join(folder, source)));
  for (const file of [...files.sort(), join(folder, 'package-lock.json'), join(folder, 'tsconfig.json'), builder]) {
    hash.update(relative(folder, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

function sourceFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}
