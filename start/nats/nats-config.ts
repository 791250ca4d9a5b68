import type { NatsSettings } from '../../worker/nats/nats-settings.ts';
import type { Values } from '../config.ts';
import type { WrongVariable } from '../env.ts';

const EMBEDDED_REMEDY = '; for one of its own the embedded start needs nats-server or Go on PATH';

export function natsOf(v: Values): NatsSettings {
  return {
    servers: v.NATS_URL ?? [],
    name: v.SERVICE_NAME,
    username: v.NATS_USERNAME ?? null,
    password: v.NATS_PASSWORD ?? null,
    token: v.NATS_TOKEN ?? null,
    nkey: v.NATS_NKEY ?? null,
    creds: v.NATS_CREDS ?? null,
    ca: v.NATS_CA ?? null,
    cert: v.NATS_CERT ?? null,
    key: v.NATS_KEY ?? null,
    remedy: v.ALMANAC_MODE === 'embedded' ? EMBEDDED_REMEDY : '',
  };
}

/** What one variable can't know of another. */
export function natsFaults(v: Values): WrongVariable[] {
  const wrong: WrongVariable[] = [];
  const ways = (['NATS_CREDS', 'NATS_NKEY', 'NATS_TOKEN', 'NATS_USERNAME'] as const).filter((name) => v[name] != null);
  const [first, second] = ways;
  if (first !== undefined && second !== undefined) {
    wrong.push({ name: second, message: `is set, and so is ${first}: keep one way to sign in` });
  }
  if ((v.NATS_USERNAME === undefined) !== (v.NATS_PASSWORD === undefined)) {
    const name = v.NATS_USERNAME === undefined ? 'NATS_USERNAME' : 'NATS_PASSWORD';
    wrong.push({ name, message: 'is not set: a user and a password belong together' });
  }
  if ((v.NATS_CERT === undefined) !== (v.NATS_KEY === undefined)) {
    const name = v.NATS_CERT === undefined ? 'NATS_CERT' : 'NATS_KEY';
    wrong.push({ name, message: 'is not set: a certificate and its key belong together' });
  }
  const hasUser = (v.NATS_URL ?? []).some((url) => new URL(url).username !== '');
  if (hasUser && first !== undefined) {
    wrong.push({ name: first, message: 'is set, and NATS_URL holds credentials too: keep one way to sign in' });
  }
  return wrong;
}
