import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `fulfilled` says so; throws with `what` when it does not within `longestMs`. */
export async function until(what: string, longestMs: number, fulfilled: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + longestMs;
  while (!(await fulfilled())) {
    if (Date.now() > deadline) throw new Error(`Waited ${longestMs / 1000} s, and still not: ${what}`);
    await sleep(200);
  }
}

export async function untilInstant(instant: number): Promise<void> {
  await sleep(Math.max(0, instant - Date.now()));
}
