import type { BinaryOptions, Fetched } from '../binaries/binary-source.ts';
import { cachedBinary, cachedPath } from '../binaries/cached-binary.ts';
import { goBuild } from '../binaries/go-build.ts';
import { isExecutable, onPath } from '../binaries/on-path.ts';
import { isAtLeast, programVersion } from '../binaries/program-version.ts';

const PROGRAM = 'nats-server';
/** Headers, JetStream and its repairs of stores after a crash. */
const OLDEST = [2, 9] as const;
const SOURCE = 'github.com/nats-io/nats-server/v2@v2.15.2';
const NATS = {
  name: PROGRAM,
  label: 'NATS server',
  sources: [build],
  remedy: 'Install nats-server or Go 1.26 or later on PATH, or set NATS_URL to a running server',
};

/** The `nats-server` program: from PATH, from our cache, or built with Go. Throws with what to install. */
export async function ensureNatsBinary(options: BinaryOptions): Promise<string> {
  return (await findNatsBinary(options.env, (message) => options.report.warn(message))) ?? cachedBinary(NATS, options);
}

/** One that is there already; null where it would have to be built. */
export async function findNatsBinary(
  env: NodeJS.ProcessEnv,
  onOld: (message: string) => void = () => undefined,
): Promise<string | null> {
  const path = onPath(env, PROGRAM);
  if (path !== undefined) {
    const version = await programVersion(path, /v(\d+\.\d+\.\d+)/);
    if (version !== null && isAtLeast(version, OLDEST)) return path;
    onOld(`${path} is ${version ?? 'of an unknown version'}, and 2.9 is needed: using another`);
  }
  const cached = cachedPath(env, PROGRAM);
  return isExecutable(cached) ? cached : null;
}

function build(folder: string, options: BinaryOptions): Promise<Fetched> {
  return goBuild({ source: SOURCE, program: PROGRAM, label: NATS.label, takes: 'half a minute' }, folder, options);
}
