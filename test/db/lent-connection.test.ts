import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, sql } from '../../db/connect.ts';
import { openRateLimitPool } from '../../db/rate-limit-pool.ts';
import { migratedDatabase } from '../api/http/running-web.ts';
import { breakableProxy, type BreakableProxy } from '../support/breakable-proxy.ts';

let proxy: BreakableProxy;
let url: string;
beforeAll(async () => {
  const direct = new URL(await migratedDatabase());
  proxy = await breakableProxy(direct.hostname, Number(direct.port));
  direct.port = String(proxy.port);
  url = direct.href;
});
afterAll(() => proxy.close());

/** Breaks all connections while `client` is lent and no statement is under way. */
async function breakWhileIdle(client: pg.PoolClient): Promise<void> {
  const broken = new Promise<void>((resolve) => client.once('end', () => resolve()));
  proxy.cut();
  await broken;
  proxy.mend();
}

test('A connection that breaks between two statements of its borrower fails the next one, and not the process', async () => {
  const { db, pool } = connect({ url, max: 1, applicationName: 'test', onError: () => undefined });
  const broken = db.transaction().execute(async (tx) => {
    await sql`select 1`.execute(tx);
    const lent = (pool as unknown as { _clients: pg.PoolClient[] })._clients[0];
    if (lent === undefined) throw new Error('nothing is lent');
    await breakWhileIdle(lent);
    await sql`select 2`.execute(tx);
  });
  await expect(broken).rejects.toThrow(/Connection terminated|not queryable/);
  expect((await sql<{ two: number }>`select 2 as two`.execute(db)).rows).toEqual([{ two: 2 }]);
  await db.destroy();
});

test('So it is with the connections that count requests', async () => {
  const pool = openRateLimitPool(url, () => undefined);
  const lent = await pool.connect();
  await breakWhileIdle(lent);
  await expect(lent.query('select 1')).rejects.toThrow(/Connection terminated|not queryable/);
  lent.release(true);
  expect((await pool.query('select 2 as two')).rows).toEqual([{ two: 2 }]);
  await pool.end();
});
