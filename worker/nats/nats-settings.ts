import {
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
  type Authenticator,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';

/** How NATS is reached. At most one kind of credentials; those in an address are the last resort. */
export interface NatsSettings {
  /** `nats://host:port` or `tls://…`, several of one cluster; none: there is no NATS. */
  readonly servers: readonly string[];
  readonly name: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly token: string | null;
  /** A seed of a user (`SU…`). */
  readonly nkey: string | null;
  /** The text of a `.creds` file. */
  readonly creds: string | null;
  /** PEM. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  /** Completes "NATS is away …": what this kind of start needs to have one. */
  readonly remedy: string;
}

const CONNECT_WITHIN_MS = 5_000;
/** A server that is silent for two of these is taken for gone. */
const PING_EVERY_MS = 10_000;
const MOST_UNANSWERED_PINGS = 2;

/** What the client is told; the secrets are in no log and no message. */
export function connectionOptions(settings: NatsSettings, delayMs: () => number): NodeConnectionOptions {
  const urls = settings.servers.map((server) => new URL(server));
  const { ca, cert, key } = settings;
  const isTls = urls.some(({ protocol }) => protocol === 'tls:') || ca !== null || cert !== null;
  const authenticator = authenticatorOf(settings, urls);
  return {
    servers: urls.map(addressOf),
    name: settings.name,
    timeout: CONNECT_WITHIN_MS,
    reconnect: true,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: delayMs,
    // Credentials may be put right on the server while we wait.
    ignoreAuthErrorAbort: true,
    pingInterval: PING_EVERY_MS,
    maxPingOut: MOST_UNANSWERED_PINGS,
    noAsyncTraces: true,
    ...(authenticator !== null && { authenticator }),
    ...(isTls && {
      tls: { ...(ca !== null && { ca }), ...(cert !== null && { cert }), ...(key !== null && { key }) },
    }),
  };
}

/** Host and port, for the client and for people. */
export function addressOf(url: URL): string {
  return `${url.hostname}:${url.port || 4222}`;
}

function authenticatorOf(settings: NatsSettings, urls: readonly URL[]): Authenticator | null {
  const { creds, nkey, token, username, password } = settings;
  if (creds !== null) return credsAuthenticator(new TextEncoder().encode(creds));
  if (nkey !== null) return nkeyAuthenticator(new TextEncoder().encode(nkey));
  if (token !== null) return tokenAuthenticator(token);
  if (username !== null) return usernamePasswordAuthenticator(username, password ?? '');
  const named = urls.find((url) => url.username !== '');
  if (named === undefined) return null;
  const [user, pass] = [decodeURIComponent(named.username), decodeURIComponent(named.password)];
  return pass === '' ? tokenAuthenticator(user) : usernamePasswordAuthenticator(user, pass);
}
