// BullMQ on Redis: how late are many jobs that fall due in one second, again and again?
// Prints one JSON line for each instant: {"due": ms, "late": [ms, ...]}.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Queue, Worker } from 'bullmq';

const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    jobs: { type: 'string' },
    every: { type: 'string' },
    instants: { type: 'string' },
    slots: { type: 'string' },
  },
});
const given = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
const everyMs = given.every * 1000;
const connection = { host: '127.0.0.1', port: given.port, maxRetriesPerRequest: null };

const fired = new Map();
// The action: does nothing but say when it began.
const act = async () => {
  const now = Date.now();
  const due = Math.floor(now / everyMs) * everyMs;
  fired.set(due, [...(fired.get(due) ?? []), now - due]);
};

const queue = new Queue('bench', { connection });
await queue.waitUntilReady();
for (let first = 0; first < given.jobs; first += 50) {
  const numbers = Array.from({ length: Math.min(50, given.jobs - first) }, (_, i) => first + i);
  await Promise.all(
    numbers.map((number) => queue.upsertJobScheduler(`job-${number}`, { pattern: `*/${given.every} * * * * *` })),
  );
}
const worker = new Worker('bench', act, { connection, concurrency: given.slots, removeOnComplete: { count: 0 } });
await worker.waitUntilReady();

// The first instant may have passed while the jobs were made, and warms what has to be warm.
const first = (Math.floor(Date.now() / everyMs) + 2) * everyMs;
for (let due = first; due < first + given.instants * everyMs; due += everyMs) {
  await sleep(due + everyMs - 500 - Date.now());
  console.log(JSON.stringify({ due, late: fired.get(due) ?? [] }));
}
await worker.close(true);
await queue.close();
process.exit(0);
