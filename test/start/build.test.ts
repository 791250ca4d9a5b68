import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;

/** Builds and then tells which processes it has left behind, as the one that `npm start` goes on in. */
const BUILD_AND_LOOK = `
  const [build, folder] = process.argv.slice(1);
  await (await import(build)).build(new URL('file://' + folder + '/'), () => undefined, ['programs']);
  const { execFile } = await import('node:child_process');
  const ps = () => new Promise((done) => execFile('ps', ['-A', '-o', 'ppid=', '-o', 'args='], (_, said) => done(said)));
  const others = async () =>
    (await ps()).split('\\n').filter((line) => Number.parseInt(line) === process.pid && !line.includes('ps -A'));
  let own = await others();
  for (const end = Date.now() + 90_000; own.length > 0 && Date.now() < end; ) own = await others();
  console.log(JSON.stringify(own));
`;

test('the build leaves no helper process behind for as long as the service runs', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-build-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'start', 'library'), { recursive: true });
  for (const file of ['main.ts', 'library/create-scheduler.ts'])
    writeFileSync(join(folder, 'start', file), `console.log('${file}');`);
  for (const file of ['package-lock.json', 'tsconfig.json']) copyFileSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const args = ['--input-type=module', '--eval', BUILD_AND_LOOK, join(root, 'start/bootstrap/build.mjs'), folder];
  const { stdout } = await run(process.execPath, args);
  expect(readdirSync(join(folder, 'dist'))).toEqual(expect.arrayContaining(['main.js', 'create-scheduler.js']));
  expect(JSON.parse(stdout)).toEqual([]);
});
