import { sleep } from '@temporalio/workflow';
import { control } from './proxies.ts';

/** Re-enables, at an instant, what one bulk operation disabled, and nothing else (DECISIONS section 3, disable/all). */
export async function timedResume(bulk: { bulkId: string; at: number }): Promise<void> {
  const waitMs = bulk.at - Date.now();
  if (waitMs > 0) await sleep(waitMs);
  await control.resumeBulk(bulk.bulkId);
}
