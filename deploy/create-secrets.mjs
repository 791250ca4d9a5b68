// Makes the secrets of docker-compose.yml, each a file: node deploy/create-secrets.mjs [folder]. What exists is kept.
// Passwords are hexadecimal, so that no address, YAML or NATS configuration that holds one has to quote it.
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2] ?? fileURLToPath(new URL('secrets/', import.meta.url));
mkdirSync(folder, { recursive: true, mode: 0o700 });
chmodSync(folder, 0o700);

/** The folder is shut; the files are readable, because each container mounts single files and reads them as its own user. */
function secret(name, make) {
  const path = join(folder, name);
  const isThere = existsSync(path);
  if (!isThere) writeFileSync(path, make(), { mode: 0o444, flag: 'wx' });
  console.log(`${isThere ? 'kept' : 'made'} ${name}`);
  return readFileSync(path, 'utf8').trim();
}

const password = () => randomBytes(24).toString('hex');
const passwordIn = (url) => new URL(url).password;

/** Mosquitto's own form: $7$ is PBKDF2 with SHA-512. */
function mosquittoLine(user, plain) {
  const rounds = 101;
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(plain, salt, rounds, 64, 'sha512');
  return `${user}:$7$${rounds}$${salt.toString('base64')}$${hash.toString('base64')}\n`;
}

secret('postgres_password', password);
secret('temporal_db_password', password);
const almanacDb = secret('almanac_db_password', password);
secret('database_url', () => `postgres://almanac:${almanacDb}@postgres:5432/almanac`);
secret('jwt_secret', () => randomBytes(48).toString('base64url'));
secret('metrics_token', () => randomBytes(32).toString('base64url'));
secret('grafana_password', password);
const mqtt = secret('mqtt_url', () => `mqtt://almanac:${password()}@mosquitto:1883`);
secret('mosquitto_passwords', () => mosquittoLine('almanac', passwordIn(mqtt)));
const nats = secret('nats_url', () => `nats://almanac:${password()}@nats:4222`);
secret('nats_users', () => `user: almanac\npassword: "${passwordIn(nats)}"\n`);
