import { expect, it } from 'vitest';
import { openImport } from '../../../api/verbs/import-record.ts';
import { inTransaction } from '../../../db/connect.ts';
import { openVerbs } from '../../support/verbs.ts';

it('an import whose transaction is begun again does not count its jobs twice', async () => {
  const verbs = await openVerbs();
  try {
    const told: number[] = [];
    const onProgress = ({ done }: { done: number }) => void told.push(done);
    const record = await openImport(verbs.ctx, { strategy: 'merge', dryRun: false, total: 3, onProgress });
    let tries = 0;
    await inTransaction(verbs.db, async (tx) => {
      tries += 1;
      await record.hold(tx);
      record.advance(2);
      if (tries === 1) throw Object.assign(new Error('a deadlock'), { code: '40P01' });
      record.advance(1);
    });
    expect([tries, told]).toEqual([2, [0, 2, 2, 3]]);
  } finally {
    await verbs.close();
  }
});
