import { housekeeping } from './proxies.ts';

/** One round of housekeeping: started by a Temporal Schedule of our own, each minute and at start (DESIGN section 3.6). */
export async function housekeeper(): Promise<void> {
  await housekeeping.housekeep(Date.now());
}
