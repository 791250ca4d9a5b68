import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../start/config.ts';
import { readEnvironment } from '../../start/env.ts';
import { VARIABLE_NAMES } from '../../start/variables.ts';
import { compose, textOf } from './compose-file.ts';

/** commands.txt, Environment Variables and Service Type: what is given there and bears on where the service runs. */
const DOCUMENTED = { API_PORT: '8008', REDIS_URL: 'redis://localhost:6379/0', LOCK_TIMEOUT_SECONDS: '300' };

describe('The service of the commands document', () => {
  it('listens on 8008, has a Postgres to itself, and takes a Redis for its locks without needing it [M-020]', () => {
    const needed = { DATABASE_URL: 'postgres://a:b@localhost/c' };
    const parts = { api: false, worker: true };
    const config = loadConfig(readEnvironment(VARIABLE_NAMES, { ...needed, ...DOCUMENTED }), parts);
    expect(config.api.port).toBe(8008);
    expect(loadConfig(readEnvironment(VARIABLE_NAMES, needed), parts).api.port).toBe(8008);
    expect(config.runs.leaseMs).toBe(300_000);
    expect(config.notes.join()).toMatch(/REDIS_URL is accepted and not needed: the lock of an execution is its row/);

    expect(compose.services['gateway']?.ports).toEqual(['127.0.0.1:${API_PORT:-8008}:8008']);
    expect(compose.services['api']?.environment?.['API_PORT']).toBe('8008');
    expect(Object.keys(compose.services)).not.toContain('redis');
    const databases = textOf('deploy/postgres/10-databases.sh');
    expect(databases).toMatch(/create database almanac owner almanac/i);
    expect(databases).toMatch(/revoke/i);
  });
});
