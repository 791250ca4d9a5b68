import { headers as newHeaders, type Msg, type MsgHdrs } from '@nats-io/transport-node';

export function headersFrom(given: Readonly<Record<string, string>>): MsgHdrs {
  const made = newHeaders();
  for (const [name, value] of Object.entries(given)) made.set(name, value);
  return made;
}

/** The headers of a message by their names in lower case; the last value of each. */
export function headersIn({ headers }: Msg): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of headers?.keys() ?? []) found[name.toLowerCase()] = headers?.last(name) ?? '';
  return found;
}
