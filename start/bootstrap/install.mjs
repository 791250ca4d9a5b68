import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRESS_EVERY_MS = 5_000;

/** Brings node_modules to what package-lock.json says, unless it is there already. */
export async function installMissing(root, say) {
  const lockText = readFileSync(new URL('package-lock.json', root), 'utf8');
  const stamp = new URL('node_modules/.almanac-install', root);
  const wanted = createHash('sha256').update(lockText).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!isInstalled(root, JSON.parse(lockText).packages)) await npmInstall(root, lockText, say);
  writeFileSync(stamp, wanted);
}

/** npm notes what it has installed: with that a tree which a person brought up to date by hand is left alone. */
function isInstalled(root, wanted) {
  const noted = new URL('node_modules/.package-lock.json', root);
  if (!existsSync(noted)) return false;
  const { packages } = JSON.parse(readFileSync(noted, 'utf8'));
  const ours = new Set(Object.keys(wanted['']?.optionalDependencies ?? {}).map((name) => `node_modules/${name}`));
  return Object.entries(wanted).every(([path, entry]) => {
    // Of what is optional, npm skips all that another platform would use; only our own Postgres has to be there.
    const isNeeded = path !== '' && (!entry.optional || (ours.has(path) && fitsHere(entry)));
    return !isNeeded || packages[path]?.version === entry.version;
  });
}

function fitsHere({ os, cpu }) {
  return (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch));
}

async function npmInstall(root, lockText, say) {
  const packages = Object.keys(JSON.parse(lockText).packages).length - 1;
  say(`installing up to ${packages} packages`);
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=http'];
  const child = spawn('npm', args, { cwd: fileURLToPath(root), stdio: ['ignore', 'ignore', 'pipe'] });
  let fetched = 0;
  const lines = [];
  createInterface(child.stderr).on('line', (line) => {
    if (!/^npm http /.test(line)) lines.push(line);
    else if (line.includes('.tgz')) fetched += 1;
  });
  const timer = setInterval(() => say(`  ${seconds()} s: ${fetched} packages fetched`), PROGRESS_EVERY_MS);
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve('npm is not on PATH'));
    child.once('close', resolve);
  });
  clearInterval(timer);
  if (code !== 0) {
    say(
      [...lines.filter((line) => line.startsWith('npm error')).slice(0, 12), `npm ci failed (${code}): see above`].join(
        '\n',
      ),
    );
    process.exit(1);
  }
  say(`installed in ${seconds()} s`);
}
