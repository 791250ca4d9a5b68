import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Sandbox } from '../../activities/deps.ts';
import { fitsPart, sandboxPathFault } from '../../domain/sandbox-path.ts';
import { openSandbox } from '../../worker/sandbox/open-sandbox.ts';

const never = new AbortController().signal;
let outside: string;
let root: string;
let sandbox: Sandbox;

/** A sandbox beside a folder with a secret, which nothing below may read or change. */
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-sandbox-'));
  outside = join(folder, 'outside');
  root = join(folder, 'sandbox');
  mkdirSync(outside);
  writeFileSync(join(outside, 'secret.log'), 'secret');
  sandbox = openSandbox(root);
  onTestFinished(() => {
    // Whatever a test did: what lies outside is as it was.
    expect(readdirSync(outside)).toEqual(['secret.log']);
    expect(readFileSync(join(outside, 'secret.log'), 'utf8')).toBe('secret');
    rmSync(folder, { recursive: true, force: true });
  });
});

const refusal = expect.objectContaining({ type: 'SandboxRefused', retryable: false }) as Error;
async function* text(...chunks: string[]) {
  yield* chunks;
}
const remove = { gzip: false, then: 'remove' } as const;
const truncate = { gzip: true, then: 'truncate' } as const;

/** Every way in, for one path. */
const WAYS: Record<string, (path: string) => Promise<unknown>> = {
  write: (path) => sandbox.write(path, text('evil'), never),
  rename: (path) => sandbox.rename(path, 'x'),
  'move and remove': (path) => sandbox.move(path, 'x', remove, never),
  'move and truncate': (path) => sandbox.move(path, 'x', truncate, never),
  remove: (path) => sandbox.remove(path),
};

describe('file operations stay inside the sandbox [G-355]', () => {
  describe.each(Object.keys(WAYS))('%s', (way) => {
    const go = (path: string) => WAYS[way]?.(path);

    it.each(['../outside/secret.log', 'a/../../outside/secret.log', '..', '/etc/passwd', 'a//b', './a', 'a\\b', ''])(
      'refuses %j',
      async (path) => {
        await expect(go(path)).rejects.toEqual(refusal);
      },
    );

    it('refuses the absolute path of a file outside', async () => {
      await expect(go(join(outside, 'secret.log'))).rejects.toEqual(refusal);
    });

    it('refuses a link to a file outside', async () => {
      symlinkSync(join(outside, 'secret.log'), join(root, 'app.log'));
      await expect(go('app.log')).rejects.toEqual(refusal);
    });

    it('refuses a link to nothing', async () => {
      symlinkSync(join(outside, 'new.log'), join(root, 'app.log'));
      await expect(go('app.log')).rejects.toEqual(refusal);
    });

    it('refuses a folder that is a link to one outside', async () => {
      symlinkSync(outside, join(root, 'logs'));
      await expect(go('logs/secret.log')).rejects.toEqual(refusal);
    });

    it('refuses a folder further up that is a link, even to one inside', async () => {
      mkdirSync(join(root, 'real/logs'), { recursive: true });
      writeFileSync(join(root, 'real/logs/app.log'), 'x');
      symlinkSync(join(root, 'real'), join(root, 'logs'));
      await expect(go('logs/logs/app.log')).rejects.toEqual(refusal);
      expect(readFileSync(join(root, 'real/logs/app.log'), 'utf8')).toBe('x');
    });
  });

  it('refuses a second name of a file outside, and a pipe, which it does not wait for', async () => {
    linkSync(join(outside, 'secret.log'), join(root, 'app.log'));
    await expect(sandbox.move('app.log', 'x', truncate, never)).rejects.toEqual(refusal);
    execFileSync('mkfifo', [join(root, 'pipe.log')]);
    await expect(sandbox.move('pipe.log', 'x', remove, never)).rejects.toEqual(refusal);
    const found = await sandbox.find('*.log', never);
    expect(found).toEqual({ files: [], refused: ['app.log', 'pipe.log'] });
  });

  it('a new name can not lie in another folder, nor be taken', async () => {
    writeFileSync(join(root, 'a.log'), 'a');
    writeFileSync(join(root, 'b.log'), 'b');
    await expect(sandbox.rename('a.log', '../outside/a.log')).rejects.toEqual(refusal);
    await expect(sandbox.rename('a.log', 'b.log')).rejects.toEqual(refusal);
    await expect(sandbox.move('a.log', 'sub/a.log', remove, never)).rejects.toEqual(refusal);
    expect(readFileSync(join(root, 'b.log'), 'utf8')).toBe('b');
  });

  it('finds what fits, follows no link, and names the links that fit', async () => {
    mkdirSync(join(root, 'logs/deep/.hidden'), { recursive: true });
    for (const path of ['a.log', 'logs/b.log', 'logs/deep/c.log', 'logs/deep/c.txt', 'logs/deep/.hidden/d.log']) {
      writeFileSync(join(root, path), path);
    }
    symlinkSync(outside, join(root, 'logs/out'));
    symlinkSync(join(outside, 'secret.log'), join(root, 'logs/secret.log'));
    const paths = async (pattern: string) => {
      const { files, refused } = await sandbox.find(pattern, never);
      return { files: files.map((file) => file.path).sort(), refused };
    };
    expect(await paths('*.log')).toEqual({ files: ['a.log'], refused: [] });
    expect(await paths('logs/*.log')).toEqual({ files: ['logs/b.log'], refused: ['logs/secret.log'] });
    expect(await paths('logs/*/*.log')).toEqual({
      files: ['logs/deep/c.log'],
      refused: ['logs/out', 'logs/secret.log'],
    });
    expect((await paths('**/*.log')).files).toEqual([
      'a.log',
      'logs/b.log',
      'logs/deep/.hidden/d.log',
      'logs/deep/c.log',
    ]);
    expect(await paths('logs/deep/?.*')).toEqual({ files: ['logs/deep/c.log', 'logs/deep/c.txt'], refused: [] });
    expect(await paths('none/*.log')).toEqual({ files: [], refused: [] });
    await expect(sandbox.find('logs/out/*.log', never)).rejects.toEqual(refusal);
    await expect(sandbox.find('../outside/*', never)).rejects.toEqual(refusal);
  });
});

describe('between check and use [G-355]', () => {
  /** Another process that exchanges a folder for a link to one outside, and back, as fast as it can. */
  function swapping(): void {
    const script = `
      const { lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } = require('node:fs');
      const turn = new Int32Array(new SharedArrayBuffer(4));
      const tried = (step) => { try { step(); } catch {} };
      for (;;) {
        tried(() => renameSync('logs', 'aside'));
        tried(() => symlinkSync(${JSON.stringify(outside)}, 'logs'));
        tried(() => rmSync('aside', { recursive: true }));
        tried(() => lstatSync('logs').isSymbolicLink() && unlinkSync('logs'));
        tried(() => mkdirSync('logs'));
        Atomics.wait(turn, 0, 0, 1);
      }`;
    const child = spawn(process.execPath, ['-e', script], { cwd: root, stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
  }

  it('a folder that is exchanged for a link all the time lets nothing out', async () => {
    mkdirSync(join(root, 'logs'));
    swapping();
    let inside = 0;
    let refused = 0;
    const giveUpAt = performance.now() + 50_000;
    while (inside < 20 || refused < 20) {
      const met = `${inside} inside, ${refused} refused`;
      if (performance.now() > giveUpAt) throw new Error(`the exchange was met too rarely: ${met}`);
      const written = sandbox.write('logs/mine.log', text('mine'), never).then(
        () => (inside += 1),
        (error: NodeJS.ErrnoException & { type?: string }) => {
          if (error.type === 'SandboxRefused') refused += 1;
          else if (error.code !== 'ENOENT') throw error;
        },
      );
      await written;
      await sandbox.remove('logs/secret.log').catch(() => undefined);
      await sandbox.move('logs/secret.log', 'stolen.log', truncate, never).catch(() => undefined);
      await sandbox.rename('logs/secret.log', 'stolen.log').catch(() => undefined);
    }
    expect(readdirSync(outside)).toEqual(['secret.log']);
  });

  it('a file that is exchanged for a link after it was opened is emptied itself, and the link is not followed', async () => {
    writeFileSync(join(root, 'app.log'), 'x'.repeat(3_000_000));
    // The copy goes through gzip in many turns; the exchange falls in between.
    const moving = sandbox.move('app.log', 'copy.gz', truncate, never);
    while (!readdirSync(root).some((name) => name.endsWith('.part')))
      await new Promise((resolve) => setImmediate(resolve));
    renameSync(join(root, 'app.log'), join(root, 'aside.log'));
    symlinkSync(join(outside, 'secret.log'), join(root, 'app.log'));
    await moving;
    expect(readFileSync(join(root, 'aside.log'), 'utf8')).toBe('');
    expect(readFileSync(join(outside, 'secret.log'), 'utf8')).toBe('secret');
  });

  it('a file that is exchanged while it is copied is not removed in place of the copied one', async () => {
    writeFileSync(join(root, 'app.log'), 'x'.repeat(3_000_000));
    const moving = sandbox.move('app.log', 'copy.gz', { gzip: true, then: 'remove' }, never);
    while (!readdirSync(root).some((name) => name.endsWith('.part')))
      await new Promise((resolve) => setImmediate(resolve));
    renameSync(join(root, 'app.log'), join(root, 'aside.log'));
    writeFileSync(join(root, 'app.log'), 'another');
    await expect(moving).rejects.toEqual(refusal);
    expect(readFileSync(join(root, 'app.log'), 'utf8')).toBe('another');
  });
});

describe('stopping', () => {
  it('leaves no part of a file, even while the next piece is waited for', async () => {
    const stop = new AbortController();
    async function* endless() {
      yield 'begun';
      await new Promise(() => undefined);
    }
    const writing = sandbox.write('reports/r.html', endless(), stop.signal);
    const parts = () => (existsSync(join(root, 'reports')) ? readdirSync(join(root, 'reports')) : []);
    while (parts().length === 0) await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('cancelled'));
    await expect(writing).rejects.toThrow('cancelled');
    expect(parts()).toEqual([]);
  });

  it('leaves a file that was being copied as it was', async () => {
    writeFileSync(join(root, 'app.log'), 'x'.repeat(30_000_000));
    const stop = new AbortController();
    const moving = sandbox.move('app.log', 'copy.gz', truncate, stop.signal);
    while (!readdirSync(root).some((name) => name.endsWith('.part')))
      await new Promise((resolve) => setImmediate(resolve));
    stop.abort(new Error('timed out'));
    await expect(moving).rejects.toThrow();
    expect(readdirSync(root)).toEqual(['app.log']);
    expect(readFileSync(join(root, 'app.log')).length).toBe(30_000_000);
  });
});

describe('patterns', () => {
  it.each([
    ['*.log', 'a.log', true],
    ['*.log', '.a.log', false],
    ['.*', '.a', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*a*b', 'xxaxxbxx', false],
    ['a+b(c).log', 'a+b(c).log', true],
    ['[ab].log', 'a.log', false],
    ['*', '', true],
  ])('%s and %s: %s', (pattern, name, fits) => {
    expect(fitsPart(pattern, name)).toBe(fits);
  });

  it('one with many stars does not take its time', () => {
    expect(fitsPart('*a'.repeat(120), 'a'.repeat(119) + 'b')).toBe(false);
  });

  it('names are bounded', () => {
    expect(sandboxPathFault('a'.repeat(256))).toContain('255');
    expect(sandboxPathFault('é'.repeat(128))).toContain('255');
    expect(sandboxPathFault('a/'.repeat(600) + 'a')).toContain('1024');
    expect(sandboxPathFault('a'.repeat(255))).toBeNull();
  });
});
