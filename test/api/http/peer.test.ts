import type { HttpBindings } from '@hono/node-server';
import { describe, expect, it } from 'vitest';
import { identify } from '../../../api/http/identify.ts';
import { isFromThisMachine, peerAddress } from '../../../api/http/peer.ts';

/** What node-server tells of a connection from `remoteAddress`. */
function from(remoteAddress: string, headers: Record<string, string> = {}): HttpBindings {
  return { incoming: { socket: { remoteAddress }, headers: { host: 'localhost:8008', ...headers } } } as HttpBindings;
}

const nobody = () => Promise.reject(new Error('no token was sent'));

describe('a peer', () => {
  it.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('at %s is this machine', (address) => {
    expect(isFromThisMachine(from(address))).toBe(true);
  });

  it.each([
    '203.0.113.5',
    '192.168.1.7',
    '10.0.0.1',
    '::ffff:203.0.113.5',
    'fe80::1',
    '2001:db8::1',
    '127.0.0.1.evil',
    '',
  ])('at %s is another, whatever it claims', async (address) => {
    expect(isFromThisMachine(from(address))).toBe(false);
    const claiming = from(address, { 'x-forwarded-for': '127.0.0.1', host: '127.0.0.1', 'x-real-ip': '::1' });
    await expect(identify(claiming, { authenticate: nobody, open: true })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('is named by its socket', () => {
    expect(peerAddress(from('::ffff:203.0.113.5', { 'x-forwarded-for': '198.51.100.1' }))).toBe('203.0.113.5');
  });
});
