import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../activities/deps.ts';
import { openSandbox } from '../../worker/sandbox/open-sandbox.ts';
import { until } from '../support/until.ts';
import { acting, failureOf } from './acting.ts';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2025, 2, 12, 2, 0, 0);
const STAMP = '20250312T020000000Z';

let root: string;
let sandbox: Sandbox;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'almanac-rotate-'));
  sandbox = openSandbox(root);
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
});

function rotate(more: object = {}, now = NOW) {
  return acting({ type: 'file', operation: 'rotate', pattern: '*.log', ...more }, { sandbox, now: () => now });
}
const put = (path: string, text: string) => writeFileSync(join(root, path), text);
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const unzipped = (path: string) => gunzipSync(readFileSync(join(root, path))).toString();
const names = () => readdirSync(root).sort();

describe('rotate [G-244..G-246]', () => {
  it('sets each file that fits aside under the time, compressed, and leaves others and empty ones', async () => {
    put('a.log', 'one');
    put('b.log', '');
    put('c.txt', 'text');
    const acted = rotate();
    const result = await acted.result;
    expect(result.message).toBe('Rotated 1 files, removed 0 old copies');
    expect(result.metrics).toMatchObject({ files_rotated: 1, bytes_rotated: 3 });
    expect(names()).toEqual([`a.log.${STAMP}.gz`, 'b.log', 'c.txt']);
    expect(unzipped(`a.log.${STAMP}.gz`)).toBe('one');
    expect(acted.logs.map((line) => line.message)).toContain('Rotating a.log, 3 bytes');
  });

  it('keeps as many copies as asked for, the newest', async () => {
    for (let day = 0; day < 5; day += 1) {
      put('a.log', `day ${day}`);
      await rotate({ keep: 2, compress: false }, NOW + day * DAY_MS).result;
    }
    expect(names()).toEqual(['a.log.20250315T020000000Z', 'a.log.20250316T020000000Z']);
    expect(read('a.log.20250316T020000000Z')).toBe('day 4');
  });

  it('removes copies that are too old by the time in their names', async () => {
    for (const day of [1, 9, 11]) put(`a.log.202503${String(day).padStart(2, '0')}T000000000Z`, 'old');
    await rotate({ max_age_days: 7, compress: false }).result;
    expect(names()).toEqual(['a.log.20250309T000000000Z', 'a.log.20250311T000000000Z']);
  });

  it('leaves files that are smaller than asked for', async () => {
    put('small.log', 'x'.repeat(1000));
    put('large.log', 'x'.repeat(1_100_000));
    await rotate({ max_size_mb: 1, compress: false }).result;
    expect(names()).toEqual([`large.log.${STAMP}`, 'small.log']);
  });

  it('empties the file in place for writers that keep it open', async () => {
    put('a.log', 'held open');
    await rotate({ copy_truncate: true }).result;
    expect(read('a.log')).toBe('');
    expect(unzipped(`a.log.${STAMP}.gz`)).toBe('held open');
  });

  it('does not rotate its own copies, whatever the pattern', async () => {
    put('a.log', 'one');
    await rotate({ pattern: '*', compress: false }).result;
    put('a.log', 'two');
    await rotate({ pattern: '**', compress: false }, NOW + DAY_MS).result;
    expect(names()).toEqual([`a.log.${STAMP}`, 'a.log.20250313T020000000Z']);
  });

  it('compresses what a stopped run left uncompressed', async () => {
    put(`a.log.${STAMP}`, 'left');
    await rotate({}, NOW + DAY_MS).result;
    expect(names()).toEqual([`a.log.${STAMP}.gz`]);
    expect(unzipped(`a.log.${STAMP}.gz`)).toBe('left');
  });

  it('loses nothing of a copy that is written to while it is compressed', async () => {
    const growing: Sandbox = {
      ...sandbox,
      async rename(path, name) {
        await sandbox.rename(path, name);
        put(name, 'x'.repeat(2_000_000));
      },
      move: (path, name, how, signal) => {
        const moving = sandbox.move(path, name, how, signal);
        writeFileSync(join(root, path), 'y', { flag: 'a' });
        return moving;
      },
    };
    put('a.log', 'one');
    const acted = acting({ type: 'file', operation: 'rotate', pattern: '*.log' }, { sandbox: growing, now: () => NOW });
    await acted.result;
    const kept = names().includes(`a.log.${STAMP}`) ? read(`a.log.${STAMP}`) : unzipped(`a.log.${STAMP}.gz`);
    expect(kept).toBe(`${'x'.repeat(2_000_000)}y`);
  });

  it('works in the folders that the pattern names', async () => {
    mkdirSync(join(root, 'apps/web'), { recursive: true });
    put('apps/web/access.log', 'one');
    put('access.log', 'untouched');
    await rotate({ pattern: 'apps/*/*.log', compress: false }).result;
    expect(readdirSync(join(root, 'apps/web'))).toEqual([`access.log.${STAMP}`]);
    expect(read('access.log')).toBe('untouched');
  });

  it('rotates what it may and then fails for good where a link fits [G-355]', async () => {
    put('a.log', 'one');
    symlinkSync('/etc/passwd', join(root, 'evil.log'));
    const failure = await failureOf(rotate({ compress: false }));
    expect(failure).toMatchObject({ type: 'SandboxRefused', retryable: false });
    expect(failure.message).toContain('evil.log');
    expect(names()).toEqual([`a.log.${STAMP}`, 'evil.log']);
  });

  it('does nothing where nothing fits', async () => {
    expect((await rotate({ pattern: 'none/*.log' }).result).message).toBe('Rotated 0 files, removed 0 old copies');
  });

  it('stops while it compresses, and loses nothing', async () => {
    const size = 60_000_000;
    put('a.log', 'x'.repeat(size));
    const acted = rotate();
    await until('it compresses', () => names().some((name) => name.endsWith('.part')));
    acted.stop.abort(new Error('timed out'));
    await expect(acted.result).rejects.toThrow();
    expect(names()).toEqual([`a.log.${STAMP}`]);
    expect(readFileSync(join(root, `a.log.${STAMP}`)).length).toBe(size);
    expect(existsSync(join(root, `a.log.${STAMP}.gz`))).toBe(false);
  });
});
