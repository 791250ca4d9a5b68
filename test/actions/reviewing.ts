import { onTestFinished } from 'vitest';
import pg from 'pg';
import type { TestDatabase } from '../support/database.ts';
import type { ReviewReport } from '../../domain/reviews/report.ts';
import type { ReviewConnection } from '../../worker/reviews/connection.ts';
import { openReviews } from '../../worker/reviews/open-reviews.ts';
import { createDatabase } from '../support/servers.ts';
import { acting, type Acted } from './acting.ts';

/** The ledger that reviews are compared in, and the database that is reviewed. */
export function reviewing(
  ledger: TestDatabase,
  connection: Partial<ReviewConnection> & { url: string },
  params: object,
  now = Date.now(),
  run: { jobId?: string } = {},
): Acted {
  const reviews = openReviews([
    { id: 2, name: 'under review', memoryGb: null, cpus: null, logPath: null, ...connection },
  ]);
  const action = { type: 'review', connection_id: 2, language: 'en', ...params };
  return acting(action, { db: ledger.db, reviews, now: () => now }, { run });
}

export async function reportOf(acted: Acted): Promise<ReviewReport> {
  return (await acted.result).data as unknown as ReviewReport;
}

/** `code` or `code:object` of each finding. */
export function found({ findings }: ReviewReport): string[] {
  return findings.map(({ code, object }) => (object === null ? code : `${code}:${object}`));
}

/** A database of its own with what `statements` make, and a session on it. */
export async function seeded(statements: readonly string[]): Promise<{ url: string; client: pg.Client }> {
  const url = await createDatabase();
  const client = await sessionOn(url);
  for (const statement of statements) await client.query(statement);
  return { url, client };
}

export async function sessionOn(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}
