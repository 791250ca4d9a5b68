import { connect } from '../../db/connect.ts';
import { migrate } from '../../db/migrate.ts';

/** Brings a fresh database up to the schema. */
export async function prepareDatabase(url: string): Promise<void> {
  const { db } = connect({ url, max: 2, applicationName: 'bench-migrate', onError: (error) => console.error(error) });
  await migrate(db, Date.now());
  await db.destroy();
}
