import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

/** The servers that all tests share; `global-setup.ts` starts them. */
declare module 'vitest' {
  interface ProvidedContext {
    /** The Postgres superuser's URL, to its database `postgres`. */
    databaseUrl: string;
    temporalAddress: string;
    mqttUrl: string;
    /** The workflows, bundled from the sources of this run. */
    workflowBundle: string;
  }
}

const databaseUrl = (): string => inject('databaseUrl');
export const temporalAddress = (): string => inject('temporalAddress');
export const mqttUrl = (): string => inject('mqttUrl');
/** Path of the bundle, for `workflowBundle: { codePath }`. */
export const workflowBundle = (): string => inject('workflowBundle');

/** Makes a database of its own for the caller, empty or a copy of `template`, and returns its URL. */
export async function createDatabase(options: { template?: string } = {}): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const template = options.template === undefined ? '' : ` template ${pg.escapeIdentifier(options.template)}`;
  const client = new pg.Client({ connectionString: databaseUrl() });
  await client.connect();
  try {
    await client.query(`create database ${pg.escapeIdentifier(name)}${template}`);
  } finally {
    await client.end();
  }
  const url = new URL(databaseUrl());
  url.pathname = `/${name}`;
  return url.href;
}
