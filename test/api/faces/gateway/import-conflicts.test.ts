import { expect, it } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

it('an import full of conflicts tells of a hundred, and leaves room for other requests meanwhile', async () => {
  const gateway = await startGateway({ maxJobs: 0, conflictPolicy: 'reject' });
  try {
    const schedule = { type: 'interval', schedule: { interval_seconds: 60 } };
    const action = { type: 'publish', topic: 'shared', payload: 'x' };
    const jobs = Array.from({ length: 1500 }, (_, n) => ({ name: `job ${n}`, ...schedule, action }));
    // The connections that they need are open before.
    await Promise.all(Array.from({ length: 5 }, () => gateway.call('GET', '/jobs?limit=1')));
    let isImporting = true;
    const importing = gateway.call('POST', '/jobs/import', { config: { jobs } }).finally(() => (isImporting = false));
    let answered = 0;
    while (isImporting) {
      expect((await gateway.call('GET', '/jobs?limit=1')).status).toBe(200);
      if (isImporting) answered += 1;
    }
    const { status, body } = await importing;
    expect([status, body['imported'], body['errors']]).toEqual([400, 0, 100]);
    expect(answered).toBeGreaterThan(3);
  } finally {
    await gateway.stop();
  }
});
