import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeInnerPort } from '../../start/ports.ts';
import { ended } from '../servers/ended.ts';
import { listening } from '../servers/listening.ts';
import { programOnPath } from '../servers/program-on-path.ts';
import { runPeer, runTool, type PeerResult } from './peer.ts';

const FOLDER = fileURLToPath(new URL('bullmq', import.meta.url));
const SLOTS = 50;

/** BullMQ on a Redis of its own that writes nothing to disk, with as many slots as ours. */
export async function runBullmq(load: { jobs: number; everySeconds: number; instants: number }): Promise<PeerResult> {
  const redis = programOnPath('redis-server');
  if (redis === undefined) {
    return { absent: 'BullMQ was not run: there is no redis-server on this machine (apt install redis-server).' };
  }
  if (!existsSync(join(FOLDER, 'node_modules', 'bullmq'))) {
    const installed = await runTool('npm', ['ci', '--no-audit', '--no-fund'], FOLDER);
    if (!installed.ok) {
      return { absent: `BullMQ was not run: npm can't install it here (${installed.said.trim().split('\n').at(-1)}).` };
    }
  }
  const port = await freeInnerPort();
  const quiet = ['--save', '', '--appendonly', 'no', '--loglevel', 'warning'];
  const server = spawn(redis, ['--port', String(port), '--bind', '127.0.0.1', ...quiet], { stdio: 'ignore' });
  try {
    await listening(port, server);
    const numbers = { port, jobs: load.jobs, every: load.everySeconds, instants: load.instants, slots: SLOTS };
    const options = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
    return { instants: await runPeer(process.execPath, [join(FOLDER, 'peer.mjs'), ...options]) };
  } finally {
    await ended(server, 'SIGTERM');
  }
}
