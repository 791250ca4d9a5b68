import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { Poker } from '../../api/engine/poker.ts';
import { startChild, type BenchChild } from '../servers/child.ts';
import type { Servers } from '../servers/servers.ts';

export interface BareClocks {
  readonly pid: number;
  /** Lateness in ms of every fire that was due in (`from`, `to`], as far as they have fired; forgets the others. */
  firedBetween(from: number, to: number): Promise<number[]>;
  stop(): Promise<void>;
}

/** Clocks of `capacity` jobs each that fire every second, with activities that do nothing. */
export async function startBareClocks(servers: Servers, jobs: number, capacity: number): Promise<BareClocks> {
  const clocks = Math.ceil(jobs / capacity);
  const workflows = fileURLToPath(new URL('../../dist/workflows.js', import.meta.url));
  const argument = { temporalAddress: servers.temporalAddress, workflows, jobs, capacity };
  const child = await startChild(new URL('clock-process.ts', import.meta.url), argument);
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const poker = new Poker(new Client({ connection }));
  await Promise.all(Array.from({ length: clocks }, (_, i) => poker.poke(`bare-${i}`, [])));
  return {
    pid: child.pid,
    async firedBetween(from, to) {
      const fired = await ask(child);
      return fired.filter(([due]) => due > from && due <= to).map(([, lateMs]) => lateMs);
    },
    async stop() {
      await child.stop();
      await connection.close();
    },
  };
}

function ask(child: BenchChild): Promise<[number, number][]> {
  return new Promise((resolve) => {
    const hear = (message: { type: string; fired?: [number, number][] }) => {
      if (message.fired === undefined) return;
      child.process.off('message', hear);
      resolve(message.fired);
    };
    child.process.on('message', hear);
    child.process.send({ type: 'ask' });
  });
}
