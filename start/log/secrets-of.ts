import type { Config } from '../config.ts';

/** Every value of the configuration that no log may show, however it is spelled there. */
export function secretsOf(config: Config): string[] {
  const { api, auth, database, mqtt, nats, actions, notifyWebhooks, tracing } = config;
  const reviewed = actions.reviewConnections.map(({ url }) => url);
  const addresses = [database.url, mqtt.url, auth.jwksUrl, tracing.endpoint, ...nats.servers, ...reviewed];
  const values = [
    ...addresses.flatMap(passwordsIn),
    ...[api.metricsToken, auth.secret, mqtt.password, nats.password, nats.token, nats.nkey, nats.creds, nats.key],
    ...actions.webhookSecrets,
    ...notifyWebhooks.flatMap(({ secrets }) => secrets),
    ...Object.values(tracing.headers),
  ];
  return values.filter((value): value is string => value !== null && value !== '');
}

/** The password of an address, as it is and as it is written there; of NATS a lone user, which is a token. */
function passwordsIn(address: string | null): string[] {
  if (address === null || !URL.canParse(address)) return [];
  const { username, password, protocol } = new URL(address);
  const secret = password === '' && /^(nats|tls):$/.test(protocol) ? username : password;
  return [secret, decoded(secret)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
