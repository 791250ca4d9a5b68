import { expect, test } from 'vitest';
import { youngGenerationMb } from '../../start/process/node-flags.ts';

test.each([
  ['a gateway of 512 MB', 512, 16],
  ['a machine of 2 GB', 2048, 32],
  ['a machine of 24 GB', 24 * 1024, 128],
])('The young generation of Node is a 64th of the memory, within bounds: on %s', (_, memoryMb, youngMb) => {
  expect(youngGenerationMb(memoryMb * 2 ** 20)).toBe(youngMb);
});
