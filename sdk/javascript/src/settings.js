import { USUAL_RETRIES } from './retry-policy.js';

/** How a client asks: where, with which key, how long, how often. */
export function settingsOf({ baseUrl, apiKey, timeoutMs, retry, fetch = globalThis.fetch } = {}) {
  if (!/^https?:\/\//.test(String(baseUrl))) {
    throw new TypeError(`baseUrl ${JSON.stringify(baseUrl)} must begin with http:// or https://.`);
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey ?? '')) {
    throw new TypeError('apiKey must be the key or token itself: visible ASCII characters without spaces.');
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0)) throw new RangeError('timeoutMs must be more than 0.');
  if (typeof fetch !== 'function') throw new TypeError('There is no fetch here: hand one in as `fetch`.');
  return {
    baseUrl: String(baseUrl).replace(/\/+$/, ''),
    apiKey,
    timeoutMs,
    retry: { ...USUAL_RETRIES, ...retry },
    // A browser's fetch must be called as the window's own.
    fetch: (...request) => fetch(...request),
  };
}
