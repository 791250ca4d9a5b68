import type { LookupAddress } from 'node:dns';
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { WebhookResponse } from '../../activities/deps.ts';

/** Of an answer, this much is read and kept. */
const MAX_BODY_BYTES = 65_536;

/** One request, to addresses that were checked: the name is not resolved again. The socket is closed after it. */
export function sendOnce(
  url: URL,
  given: {
    method: string;
    headers: Readonly<Record<string, string>>;
    body: string;
    addresses: readonly LookupAddress[];
  },
  signal: AbortSignal,
): Promise<WebhookResponse> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const { method, headers, body, addresses } = given;
    const request: ClientRequest = send(url, { method, headers, signal, agent: false, lookup: checked(addresses) });
    request.on('error', reject);
    request.once('response', (response) => {
      readBounded(response).then(({ text, truncated }) => {
        if (truncated) request.destroy();
        const { statusCode = 0 } = response;
        resolve({ status: statusCode, headers: flat(response), body: text, truncated, url: url.href });
      }, reject);
    });
    request.end(body);
  });
}

function checked(addresses: readonly LookupAddress[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true || first === undefined) callback(null, [...addresses]);
    else callback(null, first.address, first.family);
  };
}

async function readBounded(response: IncomingMessage): Promise<{ text: string; truncated: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) break;
  }
  const text = Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8');
  return { text, truncated: bytes > MAX_BODY_BYTES };
}

function flat({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
