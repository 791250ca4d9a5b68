import { execFileSync } from 'node:child_process';
import { pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../start/config.ts';
import { readEnvironment } from '../../start/env.ts';
import { VARIABLE_NAMES } from '../../start/variables.ts';
import { compose } from './compose-file.ts';

const folder = join(mkdtempSync(join(tmpdir(), 'secrets-')), 'made');
const script = fileURLToPath(new URL('../../deploy/create-secrets.mjs', import.meta.url));
const create = () => execFileSync(process.execPath, [script, folder], { encoding: 'utf8' });
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const all = () => Object.fromEntries(readdirSync(folder).map((name) => [name, read(name)]));

beforeAll(create);
afterAll(() => rmSync(join(folder, '..'), { recursive: true }));

describe('deploy/create-secrets.mjs', () => {
  it('makes each secret of docker-compose.yml and no other', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(compose.secrets).sort());
  });

  it('shuts the folder and lets containers read the files', () => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o444);
  });

  it('keeps what exists, so that a second run changes no password', () => {
    const before = all();
    expect(create()).not.toContain('made');
    expect(all()).toEqual(before);
  });

  it('gives both ends of each connection the same password', () => {
    expect(new URL(read('database_url')).password).toBe(read('almanac_db_password'));
    expect(read('nats_users')).toContain(`password: "${new URL(read('nats_url')).password}"`);
    const [user, , kind, rounds, salt = '', hash] = read('mosquitto_passwords').trim().split(/[:$]/);
    const { username, password } = new URL(read('mqtt_url'));
    const expected = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(rounds), 64, 'sha512').toString('base64');
    expect({ user, kind, hash }).toEqual({ user: username, kind: '7', hash: expected });
  });

  it.each(['api', 'worker'])(
    'makes, with the variables of the compose file, a whole configuration for the %s',
    (name) => {
      const given = Object.entries(compose.services[name]?.environment ?? {});
      const source = given.map(([key, value]) => [
        key,
        value.replace('/run/secrets', folder).replace(/^\$\{\w+:-(.*)\}$/, '$1'),
      ]);
      const environment = readEnvironment(VARIABLE_NAMES, Object.fromEntries(source) as Record<string, string>);
      const config = loadConfig(environment, { api: name === 'api', worker: name === 'worker' });
      expect(config.database.url).toBe(read('database_url'));
      expect(config.auth.secret).toBe(read('jwt_secret'));
      expect(config.mqtt.url).toBe(read('mqtt_url'));
      expect(config.nats.servers).toEqual([read('nats_url')]);
      expect(config.api.metricsToken).toBe(read('metrics_token'));
      expect(config.temporal.address).toBe('temporal:7233');
      expect(config.api).toMatchObject({ host: '0.0.0.0', port: 8008, extraPorts: [], openFaces: 'none' });
    },
  );
});
