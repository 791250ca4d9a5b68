import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { ensureSearchAttributes } from '../../api/engine/namespace.ts';
import { temporalAddress } from './servers.ts';
import { until } from './until.ts';

let connecting: Promise<NativeConnection> | undefined;

/** One connection for a test file; its process ends with it. */
export function temporalConnection(): Promise<NativeConnection> {
  connecting ??= (async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
    return NativeConnection.connect({ address: temporalAddress() });
  })();
  return connecting;
}

/** A client on a namespace of its own: task queues have fixed names, so that tests are apart by namespace. */
export async function temporalClient(): Promise<{ client: Client; connection: NativeConnection; namespace: string }> {
  const connection = await temporalConnection();
  const namespace = `test-${randomUUID()}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  const client = new Client({ connection, namespace });
  await until('the namespace is served', async () => {
    await ensureSearchAttributes(connection, namespace);
    await client.workflow.count();
    return true;
  });
  return { client, connection, namespace };
}
