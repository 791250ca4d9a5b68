import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { takePidLock, waitForPidLock } from '../../start/process/pid-lock.ts';
import { processIdentity } from '../../start/process/process-identity.ts';
import { tempFolder } from '../support/temp-folder.ts';

let file: string;
beforeEach(() => {
  file = join(tempFolder('lock-'), 'start.lock');
});

test('the second taker is told who holds the lock, until it is released', () => {
  const first = takePidLock(file);
  expect(first.held).toBe(true);
  expect(takePidLock(file)).toEqual({ held: false, pid: process.pid });
  if (first.held) first.release();
  expect(takePidLock(file).held).toBe(true);
});

test('a holder that was killed is not believed', async () => {
  const holder = spawn('sleep', ['60']);
  const pid = holder.pid ?? 0;
  writeFileSync(file, JSON.stringify({ pid, identity: processIdentity(pid) }));
  expect(takePidLock(file)).toEqual({ held: false, pid });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(takePidLock(file).held).toBe(true);
});

test('another process that now bears the pid of the holder is not believed', () => {
  writeFileSync(file, JSON.stringify({ pid: process.pid, identity: `${processIdentity(process.pid)}0` }));
  expect(takePidLock(file).held).toBe(true);
});

test('a lock file that a crash left half written is taken over', () => {
  writeFileSync(file, '{"pid":');
  expect(takePidLock(file).held).toBe(true);
});

test('nothing but the lock is left beside it', () => {
  writeFileSync(file, '{"pid":');
  takePidLock(file);
  expect(readdirSync(join(file, '..'))).toEqual(['start.lock']);
});

test('a waiter hears once who holds the lock and gets it when it is released', async () => {
  const first = takePidLock(file);
  const heard: number[] = [];
  const waiting = waitForPidLock(file, {
    onWait: (pid) => {
      heard.push(pid);
      if (first.held) first.release();
    },
  });
  await waiting;
  expect(heard).toEqual([process.pid]);
  expect(existsSync(file)).toBe(true);
});

test('a waiter can be called off', async () => {
  takePidLock(file);
  const stopping = new AbortController();
  const waiting = waitForPidLock(file, { onWait: () => stopping.abort(), stopping: stopping.signal });
  await expect(waiting).rejects.toThrow('aborted');
});
