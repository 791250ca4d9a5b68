import { fork } from 'node:child_process';
import { readEnvironment } from '../../start/env.ts';
import { freeInnerPort } from '../../start/ports.ts';
import { NODE_FLAGS } from '../../start/process/node-flags.ts';
import { mintToken } from '../../start/token.ts';
import { engineVariables } from '../engine/engine-settings.ts';
import { ready } from './child.ts';
import { ended } from './ended.ts';
import { PROGRAM } from './program.ts';
import type { Servers } from './servers.ts';

export interface Service {
  /** Of the gateway face, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

const SECRET = 'a secret of the benchmark and of nothing else';

/** Runs the built service, API and worker in one process, on a migrated database, while `use` asks it things. */
export async function withService<T>(servers: Servers, use: (service: Service) => Promise<T>): Promise<T> {
  const port = await freeInnerPort();
  const variables = engineVariables(servers, {
    JWT_SECRET: SECRET,
    API_HOST: '127.0.0.1',
    API_PORT: String(port),
  });
  const env = { ...readEnvironment([]).values, ...variables };
  const child = fork(PROGRAM, ['service', '--migrate'], { env, execArgv: [...NODE_FLAGS] });
  try {
    await ready(child);
    const claims = { secret: SECRET, subject: 'bench', roles: ['admin'], nowMs: Date.now(), lifetimeMs: 86_400_000 };
    const token = await mintToken(claims);
    return await use({ url: `http://127.0.0.1:${port}/gateway/api/v1/scheduler`, token, pid: child.pid ?? 0 });
  } finally {
    await ended(child, 'SIGTERM');
  }
}
