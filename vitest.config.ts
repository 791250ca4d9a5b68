import { defineConfig } from 'vitest/config';

const alone = ['test/domain/**', 'test/arrows/**', 'test/deploy/**', 'test/sdk/**'];
const ownServers = ['test/start/**', 'test/e2e/**'];
const tests = (folders: string[]) => folders.map((folder) => `${folder}/*.test.ts`);

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs, and not for what is slow: a busy machine stalls for seconds, and again.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Only `servers` starts the shared servers, and only when one of its tests is to run.
    projects: [
      { extends: true, test: { name: 'pure', include: tests(alone) } },
      { extends: true, test: { name: 'start', include: tests(ownServers) } },
      {
        extends: true,
        test: {
          name: 'servers',
          include: ['test/**/*.test.ts'],
          exclude: [...tests(alone), ...tests(ownServers)],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
    ],
  },
});
