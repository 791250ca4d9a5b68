/**
 * Writes cjs/index.cjs, the one file for `require`, from src/. It is committed: npm installs a folder as a link, without
 * its development tools, so nothing could be built at the user's. `node build.mjs --check` fails when it is out of date.
 */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const target = new URL('cjs/index.cjs', import.meta.url);
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('src/index.js', import.meta.url))],
  absWorkingDir: fileURLToPath(new URL('.', import.meta.url)),
  bundle: true,
  write: false,
  format: 'cjs',
  platform: 'neutral',
  target: 'es2022',
  charset: 'utf8',
  banner: { js: '// Made from src/ by `npm run build`: do not edit.' },
});
const text = outputFiles[0].text;
if (!process.argv.includes('--check')) {
  await mkdir(new URL('.', target), { recursive: true });
  await writeFile(target, text);
} else if (readFileSync(target, 'utf8') !== text) {
  console.error('cjs/index.cjs is not what src/ makes: run `npm run build` in sdk/javascript.');
  process.exitCode = 1;
}
