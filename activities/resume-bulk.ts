import type { Deps } from './deps.ts';
export function createResumeBulk(_deps: Deps) {
  return async function resumeBulk(_bulkId: string): Promise<void> {};
}
