import { startBareRuns, type BareRuns } from '../bare/bare-runs.ts';
import { withServers, type Servers } from '../servers/servers.ts';
import { engineVariables } from './engine-settings.ts';
import { openEngine, type OpenEngine } from './open-engine.ts';
import { prepareDatabase } from './prepare-database.ts';

const SLOTS = 50;

/** The engine with its worker in this process, as the service runs, and bare runs beside it over the same connection. */
export async function withBoth<T>(
  use: (engine: OpenEngine, bare: BareRuns, servers: Servers) => Promise<T>,
): Promise<T> {
  return withServers(async (servers) => {
    await prepareDatabase(servers.databaseUrl);
    const engine = await openEngine(engineVariables(servers), { worker: true });
    try {
      const bare = await startBareRuns(engine.connection, engine.client, SLOTS);
      try {
        return await use(engine, bare, servers);
      } finally {
        await bare.stop();
      }
    } finally {
      await engine.close();
    }
  });
}
