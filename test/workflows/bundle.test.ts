import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const BUNDLE = new URL('../../dist/workflows.js', import.meta.url);
const MODULE = /^\/\*{3}\/ "\.\/([^"]+)"/gm;

test('Workflows load nothing but Temporal, themselves and plain rules: every run loads it all anew', () => {
  const modules = [...readFileSync(BUNDLE, 'utf8').matchAll(MODULE)].map((match) => match[1] ?? '');
  expect(modules).toContain('workflows/run-job.ts');
  const packages = modules.flatMap((module) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? []);
  const allowed = [/^@temporalio\//, /^(nexus-rpc|long|ms)$/];
  expect(packages.filter((name) => !allowed.some((pattern) => pattern.test(name)))).toEqual([]);
  const bundled = modules.filter((module) => module.startsWith('domain/'));
  expect(bundled.length).toBeGreaterThan(0);
  expect(bundled.filter((module) => /^domain\/(actions|schedules|parse)/.test(module))).toEqual([]);
});
