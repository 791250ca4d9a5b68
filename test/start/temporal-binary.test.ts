import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { humanReport } from '../../start/report.ts';
import { ensureTemporalBinary } from '../../start/temporal/temporal-binary.ts';
import { tempFolder } from '../support/temp-folder.ts';

let folder: string;
let lines: string[];

beforeEach(() => {
  folder = tempFolder('binary-');
  mkdirSync(join(folder, 'bin'));
  lines = [];
});

/** An entry point whose `download-temporal` fails as without internet. */
function offline(): string {
  const entry = join(folder, 'entry.mjs');
  writeFileSync(entry, "console.error('Error: no internet'); process.exit(1);");
  return entry;
}

function program(name: string, script: string): string {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** A `go` that builds in no time, and notes that it did. */
function fakeGo(): void {
  program(
    'go',
    `echo "$@" >> ${folder}/builds
echo 'go: downloading go.temporal.io/server v1.29.1' >&2
echo 'go.temporal.io/server/temporal' >&2
echo '#!/bin/sh' > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"`,
  );
}

function ensure(): Promise<string> {
  const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, XDG_CACHE_HOME: folder, HOME: folder };
  return ensureTemporalBinary({ env, report: humanReport((line) => lines.push(line)), entry: offline() });
}

test('a recent one on PATH is used', async () => {
  const path = program('temporal', "echo 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'");
  expect(await ensure()).toBe(path);
});

test('an old one on PATH is passed over, and that is said', async () => {
  const path = program('temporal', "echo 'temporal version 0.13.0 (Server 1.24.0, UI 2.26.0)'");
  fakeGo();
  expect(await ensure()).toBe(join(folder, 'almanac', 'temporal'));
  expect(lines[0]).toContain(`${path} carries Temporal server 1.24.0, and 1.29 is needed`);
});

test('the one in the cache is used without asking anybody', async () => {
  const cached = join(folder, 'almanac', 'temporal');
  mkdirSync(join(folder, 'almanac'));
  writeFileSync(cached, '');
  chmodSync(cached, 0o755);
  expect(await ensure()).toBe(cached);
  expect(lines).toEqual([]);
});

test('without internet it is built with Go, into the cache', async () => {
  fakeGo();
  const path = await ensure();
  expect(path).toBe(join(folder, 'almanac', 'temporal'));
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(join(folder, 'builds'), 'utf8')).toBe(
    'install -v github.com/temporalio/cli/cmd/temporal@v1.5.1\n',
  );
  expect(lines).toEqual(expect.arrayContaining([expect.stringContaining('not by download: Error: no internet')]));
});

test('two that need it at once build it once', async () => {
  fakeGo();
  const [one, other] = await Promise.all([ensure(), ensure()]);
  expect(one).toBe(other);
  expect(readFileSync(join(folder, 'builds'), 'utf8').trim().split('\n')).toHaveLength(1);
});

test('a build that fails leaves nothing in the cache and says why, and what to install', async () => {
  program('go', "echo 'go: no such version' >&2; exit 1");
  await expect(ensure()).rejects.toThrow(/go install ended with code 1: go: no such version.*set TEMPORAL_ADDRESS/);
  expect(existsSync(join(folder, 'almanac', 'temporal'))).toBe(false);
  expect(existsSync(join(folder, 'almanac', 'temporal.new'))).toBe(false);
});

test('where there is no Go either, the message says what to install', async () => {
  await expect(ensure()).rejects.toThrow(/can't be downloaded.*Go is not installed.*Install Go 1.24/);
});
