import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const LONGEST_START_MS = 20_000;

/** Resolves when `child` takes connections on `port`; throws when it ends before, or is not there in time. */
export async function listening(port: number, child: ChildProcess): Promise<void> {
  const until = Date.now() + LONGEST_START_MS;
  while (!(await takesConnections(port))) {
    if (child.exitCode !== null || child.pid === undefined) {
      throw new Error(`${child.spawnfile} ended (code ${child.exitCode ?? 'none'}) before it listened on port ${port}`);
    }
    if (Date.now() > until) throw new Error(`${child.spawnfile} does not listen on port ${port}`);
    await sleep(30);
  }
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
