import { startChild } from '../servers/child.ts';
import type { Servers } from '../servers/servers.ts';
import { engineVariables } from './engine-settings.ts';
import { openEngine, type OpenEngine } from './open-engine.ts';
import { prepareDatabase } from './prepare-database.ts';

/** The worker in a process of its own (`pid`), and beside it what the bench needs to make jobs and to count. */
export async function withEngineProcess<T>(
  servers: Servers,
  more: Readonly<Record<string, string>>,
  use: (engine: OpenEngine, pid: number) => Promise<T>,
): Promise<T> {
  const variables = engineVariables(servers, more);
  await prepareDatabase(servers.databaseUrl);
  const child = await startChild(new URL('engine-process.ts', import.meta.url), variables);
  try {
    const engine = await openEngine(variables, { worker: false });
    try {
      return await use(engine, child.pid);
    } finally {
      await engine.close();
    }
  } finally {
    await child.stop();
  }
}
