import { Webhook } from 'standardwebhooks';
import { ActionFailure } from '../../activities/actions/handler.ts';
import type { WebhookRequest, WebhookResponse, Webhooks } from '../../activities/deps.ts';
import { guardAddresses } from './address-guard.ts';
import { sendOnce } from './send-once.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Sends webhooks (DECISIONS section 5). `secrets` (base64, with or without `whsec_`) sign each, the first one for those who
 * know one only; several let a secret be exchanged. Throws when one is not base64.
 */
export function openWebhooks(settings: {
  allow: readonly string[];
  secrets: readonly string[];
  userAgent: string;
  now: () => number;
}): Webhooks {
  const guard = guardAddresses(settings.allow);
  const signers = settings.secrets.map(signerOf);

  /** As Standard Webhooks signs: `webhook-id`, `webhook-timestamp`, and a signature for each secret. */
  function signed({ id, body, secrets }: WebhookRequest): Record<string, string> {
    const own = secrets?.map(signerOf) ?? signers;
    if (own.length === 0) return {};
    const at = new Date(settings.now());
    return {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': own.map((signer) => signer.sign(id, at, body)).join(' '),
    };
  }

  async function hop(request: WebhookRequest, url: URL, signal: AbortSignal): Promise<WebhookResponse> {
    try {
      const addresses = await guard.addressesOf(url.hostname, signal);
      const headers = {
        'user-agent': settings.userAgent,
        'accept-encoding': 'identity',
        ...request.headers,
        'idempotency-key': request.id,
        ...signed(request),
        ...(request.body === '' ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
      };
      return await sendOnce(url, { method: request.method, headers, body: request.body, addresses }, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof ActionFailure ? error : unreachable(url, error);
    }
  }

  return {
    async send(request, signal) {
      let next = { ...request };
      let url = targetOf(request.url);
      for (let redirects = 0; ; redirects += 1) {
        const response = await hop(next, url, signal);
        const { location } = response.headers;
        if (!REDIRECTS.has(response.status) || location === undefined) return response;
        if (redirects === request.maxRedirects) throw tooMany(url, location, request.maxRedirects);
        const target = targetOf(new URL(location, url).href);
        if (url.protocol === 'https:' && target.protocol === 'http:')
          throw refusal(target, 'a redirect left https for http');
        next = redirected(next, response.status, url.origin === target.origin);
        url = target;
      }
    },
  };
}

function signerOf(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    throw new Error('WEBHOOK_SECRETS holds a secret that is not base64: make one with: openssl rand -base64 32');
  }
}

/** The request for the next hop (RFC 9110, section 15.4); what a job's headers hold is for the origin it named alone. */
function redirected(request: WebhookRequest, status: number, sameOrigin: boolean): WebhookRequest {
  const becomesGet = status === 303 || ((status === 301 || status === 302) && request.method === 'POST');
  const kept = Object.entries(request.headers).filter(([name]) => {
    if (name === 'content-type') return !becomesGet;
    return sameOrigin;
  });
  const next = { ...request, headers: Object.fromEntries(kept) };
  return becomesGet ? { ...next, method: 'GET', body: '' } : next;
}

function targetOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) {
    const message = `"${text.slice(0, 200)}" is no address: give one such as https://example.com/hook.`;
    throw new ActionFailure('WebhookTargetRefused', message, { retryable: false });
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refusal(url, `${url.protocol} is not http or https`);
  if (url.username !== '' || url.password !== '')
    throw refusal(url, 'it holds a user or password: send a header instead');
  return url;
}

function refusal(url: URL, why: string): ActionFailure {
  return new ActionFailure('WebhookTargetRefused', `${url.protocol}//${url.host} was refused: ${why}.`, {
    retryable: false,
  });
}

function tooMany(url: URL, location: string, most: number): ActionFailure {
  const message = `${url.origin} redirects to ${location.slice(0, 200)}, and max_redirects is ${most}: name the final address, or raise it.`;
  return new ActionFailure('TooManyRedirects', message, { retryable: false });
}

function unreachable(url: URL, error: unknown): ActionFailure {
  const { code, message } = error as NodeJS.ErrnoException;
  const why = message === '' ? (code ?? 'the connection failed') : message;
  return new ActionFailure('WebhookUnreachable', `${url.origin} could not be reached: ${why}`, {
    retryable: true,
    cause: error,
  });
}
