/**
 * Records the histories anew that `replay.test.ts` replays: `npx tsx test/replay/record.ts [part of a name]`.
 * Do so when a workflow is new, or when its old histories need no longer replay: runs that began under the old code
 * must then be patched (`patched()`) or be over.
 */
import { startVitest } from 'vitest/node';

const root = new URL('../..', import.meta.url).pathname;
const [, , name] = process.argv;

const vitest = await startVitest('test', [], {
  root,
  config: false,
  watch: false,
  include: ['test/replay/recording.ts'],
  globalSetup: ['test/support/global-setup.ts'],
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 60_000,
  ...(name === undefined ? {} : { testNamePattern: name }),
});
await vitest.close();
