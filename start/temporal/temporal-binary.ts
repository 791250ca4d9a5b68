import { cachedBinary } from '../binaries/cached-binary.ts';
import { onPath } from '../binaries/on-path.ts';
import { isAtLeast, programVersion } from '../binaries/program-version.ts';
import { buildTemporal } from './temporal-build.ts';
import { downloadTemporal } from './temporal-download.ts';
import type { TemporalSourceOptions } from './temporal-source.ts';

const OLDEST_SERVER = [1, 29] as const;
const TEMPORAL = {
  name: 'temporal',
  label: 'Temporal server',
  sources: [downloadTemporal, buildTemporal],
  remedy:
    'Install Go 1.24 or later, or the Temporal CLI (`temporal`) on PATH, or set TEMPORAL_ADDRESS to a running server',
};

/**
 * The `temporal` program: from PATH, from our cache, by the SDK's download, or built with Go (LIBRARIES.md section 2).
 * Throws with what to install when there is no way.
 */
export async function ensureTemporalBinary(options: TemporalSourceOptions): Promise<string> {
  return (await usableOnPath(options)) ?? cachedBinary(TEMPORAL, options);
}

async function usableOnPath({ env, report }: TemporalSourceOptions): Promise<string | undefined> {
  const path = onPath(env, 'temporal');
  if (path === undefined) return undefined;
  const version = await programVersion(path, /Server (\d+\.\d+\.\d+)/);
  if (version !== null && isAtLeast(version, OLDEST_SERVER)) return path;
  report.warn(
    `${path} carries Temporal server ${version ?? 'of an unknown version'}, and 1.29 is needed: using another`,
  );
  return undefined;
}
