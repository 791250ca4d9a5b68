import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { Client } from '@temporalio/client';
import { TemporalEngine } from '../../api/engine/temporal-engine.ts';
import { connect } from '../../db/connect.ts';
import { createIdSource } from '../../domain/ids.ts';
import { startWorker } from '../../worker/start-worker.ts';
import { testDeps } from './deps.ts';
import { silent, TestPublisher } from './test-publisher.ts';

/** What the parent says: where the servers are, and whose worker this is. */
export interface WorkerProcessInput {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly namespace: string;
  readonly bundle: string;
  readonly instanceId: string;
  /** Publishes to these are never answered. */
  readonly silentTopics: readonly string[];
}

/** A worker in a process of its own, to be killed. Tells on standard output when it is ready and what it publishes. */
const input = JSON.parse(process.argv[2] ?? '') as WorkerProcessInput;
Runtime.install({ logger: new DefaultLogger('ERROR') });
const { db } = connect({ url: input.databaseUrl, max: 5, applicationName: 'killed', onError: () => undefined });
const connection = await NativeConnection.connect({ address: input.temporalAddress });
const { namespace, instanceId } = input;
const client = new Client({ connection, namespace });
const runs = new TemporalEngine({ client, eager: false, monotonicMs: () => performance.now() });
const publisher = new TestPublisher();
for (const topic of input.silentTopics) {
  publisher.answer(topic, (publication, signal) => {
    process.stdout.write(`publishing ${topic}\n`);
    return silent(publication, signal);
  });
}
const ids = createIdSource({ slot: 1, now: Date.now, random: Math.random });
const deps = testDeps(db, { runs, publisher, ids, instanceId, leaseMs: 5_000 });
await startWorker({ connection, namespace, workflowBundle: { codePath: input.bundle }, deps, drainMs: 1_000 });
process.stdout.write('ready\n');
