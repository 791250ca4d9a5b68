import type { Fetched } from '../binaries/binary-source.ts';
import { goBuild } from '../binaries/go-build.ts';
import type { TemporalSourceOptions } from './temporal-source.ts';

/** Pinned: @latest does not install, because of a replace directive (LIBRARIES.md section 2). */
const SOURCE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';

export function buildTemporal(folder: string, options: TemporalSourceOptions): Promise<Fetched> {
  const what = { source: SOURCE, program: 'temporal', label: 'Temporal server', takes: '2 minutes' };
  return goBuild(what, folder, options);
}
