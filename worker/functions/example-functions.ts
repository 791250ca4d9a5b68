import { setTimeout as pause } from 'node:timers/promises';
import type { LoadedFunction } from './load-functions.ts';

/** `EXAMPLE_FUNCTIONS=1`: for trying out how a run succeeds, is cancelled, and fails. */
export const EXAMPLE_FUNCTIONS: readonly LoadedFunction[] = [
  {
    metadata: {
      key: 'sleep',
      nameEn: 'Sleep',
      nameAr: 'انتظار',
      descriptionEn: 'Waits for a second.',
      descriptionAr: 'ينتظر ثانية واحدة.',
    },
    async run({ log, signal }) {
      log.info('Sleeping for 1 s');
      await pause(1000, undefined, { signal });
      return 'Slept for 1 s';
    },
  },
  {
    metadata: {
      key: 'always_fail',
      nameEn: 'Always fail',
      nameAr: 'فشل دائم',
      descriptionEn: 'Fails each time, to see what becomes of a failure.',
      descriptionAr: 'يفشل في كل مرة، لمعرفة ما يحدث عند الفشل.',
    },
    run() {
      throw new Error('This function always fails.');
    },
  },
];
