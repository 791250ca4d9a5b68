import { Client } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { TemporalEngine } from '../../api/engine/temporal-engine.ts';
import type { VerbContext } from '../../api/verbs/context.ts';
import { connect, type Db } from '../../db/connect.ts';
import { createIdSource } from '../../domain/ids.ts';
import { createLog } from '../../start/log.ts';
import { registerThisProcess } from '../../start/instance.ts';
import { temporalLogger } from '../../start/temporal-log.ts';
import { startWorkerPart } from '../../start/worker-part.ts';
import { openNats } from '../../worker/nats/open-nats.ts';
import { sampleUsage } from '../../worker/process-usage.ts';
import { configOf } from './engine-settings.ts';

export interface OpenEngine {
  readonly db: Db;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly engine: TemporalEngine;
  /** What a verb works with, asked by the bench itself. */
  readonly context: VerbContext;
  close(): Promise<void>;
}

/** The engine as `start/service.ts` puts it together, with or without its worker in this process. */
export async function openEngine(
  variables: Readonly<Record<string, string>>,
  parts: { readonly worker: boolean },
): Promise<OpenEngine> {
  const config = configOf(variables, { api: false, worker: parts.worker });
  const log = createLog({ name: 'bench', level: config.log.level, pretty: false });
  const monotonicMs = () => performance.now();
  const { db } = connect({
    url: config.database.url,
    max: config.database.poolSize,
    applicationName: 'bench',
    onError: (error) => log.warn({ error }, 'A database connection broke'),
  });
  const instance = await registerThisProcess(db, config, { api: false, worker: parts.worker });
  const ids = createIdSource({ slot: instance.slot, now: () => Date.now(), random: Math.random });
  installRuntime(log);
  const connection = await NativeConnection.connect({ address: config.temporal.address });
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const engine = new TemporalEngine({ client, eager: parts.worker, monotonicMs });
  const usage = sampleUsage(monotonicMs);
  const requestRestart = (reason: string) => log.error({ reason }, 'A benchmark does not restart');
  const nats = openNats(config.nats, log);
  const given = { config, log, db, ids, instanceId: instance.id, connection, client, engine, nats, requestRestart };
  const worker = parts.worker ? await startWorkerPart({ ...given, usage: () => usage.latest() }) : null;
  instance.startBeating(
    () => ({ load: worker?.worker.load() ?? 0, usage: usage.latest() }),
    (error) => log.error({ error }, 'The engine was taken for dead'),
  );
  const actor = { subject: 'bench', roles: ['super_admin'], face: 'gateway', correlationId: 'bench' } as const;
  return {
    db,
    client,
    connection,
    engine,
    context: { db, engine, ids, limits: config.limits, actor, log, now: () => Date.now() },
    async close() {
      await worker?.stop();
      await nats.close();
      await instance.stop();
      usage.stop();
      await connection.close();
      await db.destroy();
    },
  };
}

let installed = false;

/** Temporal's runtime is one for a process; a bench opens several engines in its own. */
function installRuntime(log: Parameters<typeof temporalLogger>[0]): void {
  if (installed) return;
  installed = true;
  Runtime.install({ logger: temporalLogger(log) });
}
