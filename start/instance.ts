import { randomUUID } from 'node:crypto';
import { hostname, totalmem } from 'node:os';
import { inTransaction, type Db } from '../db/connect.ts';
import { beat, registerInstance, setInstanceStatus } from '../db/queries/instances.ts';
import { expireLeases } from '../db/queries/lost.ts';
import type { ProcessUsage } from '../worker/process-usage.ts';
import type { Config, Parts } from './config.ts';
import { processIdentity } from './process/process-identity.ts';

export interface RegisteredInstance {
  readonly id: string;
  readonly slot: number;
  /** From now on the others hear of this process; `lost` is called when they took it for dead meanwhile. */
  startBeating(
    vitals: () => { load: number; usage: ProcessUsage },
    lost: (error: Error) => void,
    tellMore?: () => Promise<void>,
  ): void;
  drain(): Promise<void>;
  stop(): Promise<void>;
}

const BEAT_MS = 5_000;

/** Registers this process among the others; what dead ones of this machine held is free at once, not after its lease. */
export async function registerThisProcess(db: Db, config: Config, parts: Parts): Promise<RegisteredInstance> {
  const id = randomUUID();
  const roles = [...(parts.api ? ['api'] : []), ...(parts.worker ? ['worker'] : [])];
  const { slot, died } = await inTransaction(db, (tx) =>
    registerInstance(
      tx,
      {
        id,
        name: `${config.service.name}@${hostname()}:${process.pid}`,
        host: hostname(),
        processId: process.pid,
        processIdentity: processIdentity(process.pid) ?? '',
        mode: config.service.mode,
        roles,
        version: config.service.version,
        capacity: parts.worker ? config.limits.executorPoolSize : 0,
        memoryTotalMb: Math.round(memoryLimitBytes() / 1_048_576),
      },
      (other) => processIdentity(other.processId) !== other.processIdentity,
    ),
  );
  await expireLeases(db, died);
  let timer: NodeJS.Timeout | undefined;
  return {
    id,
    slot,
    startBeating(vitals, lost, tellMore) {
      const tell = async () => {
        const { load, usage } = vitals();
        const { cpuPercent, memoryMb } = usage;
        if (await beat(db, id, { load, cpuPercent, memoryMb })) return tellMore?.();
        lost(new Error('This process was silent for 30 s and was taken for dead; it starts anew'));
      };
      // A beat that fails is followed by another; 30 s of them are what the others act upon.
      timer = setInterval(() => void tell().catch(() => undefined), BEAT_MS);
    },
    drain: () => setInstanceStatus(db, id, 'draining'),
    async stop() {
      clearInterval(timer);
      await setInstanceStatus(db, id, 'stopped');
    },
  };
}

/** The machine's memory, or what its container may have of it where that is less. */
function memoryLimitBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
