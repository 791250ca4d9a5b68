import { lookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { promisify } from 'node:util';
import { ActionFailure } from '../../activities/actions/handler.ts';
import { orAborted } from '../or-aborted.ts';

/**
 * What is not the public internet (RFC 6890 and its registries): private, loopback, link-local with the clouds' metadata,
 * shared, documentation, multicast, and the ranges of IPv6 that carry such an address of IPv4 within.
 */
const CLOSED = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4'],
  ...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
  ...['5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
];

export interface AddressGuard {
  /**
   * The addresses of a host that may be connected to, resolved once. Rejects with `WebhookTargetRefused` when there are
   * none, and with the resolver's error when the name is not known.
   */
  addressesOf(hostname: string, signal: AbortSignal): Promise<readonly LookupAddress[]>;
}

const resolve = promisify(lookup);

/** Refuses targets that are not public, unless `allow` (WEBHOOK_ALLOW) names their host, `*.host`, address or range. */
export function guardAddresses(allow: readonly string[]): AddressGuard {
  const closed = blockListOf(CLOSED);
  const opened = blockListOf(allow.filter((entry) => isIP(entry.split('/')[0] ?? '') !== 0));
  const hosts = allow.filter((entry) => !entry.includes('/') && isIP(entry) === 0).map((entry) => entry.toLowerCase());
  const isNamed = (host: string) =>
    hosts.some((entry) => (entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : host === entry));

  return {
    async addressesOf(hostname, signal) {
      const host = hostname.toLowerCase().replace(/^\[|\]$|\.$/g, '');
      const family = isIP(host);
      const found =
        family === 0
          ? await orAborted(signal, resolve(host, { all: true, verbatim: true }))
          : [{ address: host, family }];
      const open = found.filter((one) => isNamed(host) || contains(opened, one) || !contains(closed, one));
      if (open.length > 0) return open;
      const where = found.map((one) => one.address).join(', ');
      throw new ActionFailure(
        'WebhookTargetRefused',
        `${where === host ? host : `${host} (${where})`} is private, local or reserved: use a public address, or name it in WEBHOOK_ALLOW.`,
        { retryable: false },
      );
    },
  };
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return list;
}

/** IPv4 addresses that IPv6 carries (`::ffff:10.0.0.1`) are judged as what they carry. */
function contains(list: BlockList, { address, family }: LookupAddress): boolean {
  const plain = address.replace(/%.*$/, '');
  return list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}
