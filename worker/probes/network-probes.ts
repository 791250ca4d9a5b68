import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Probe } from '../../activities/deps.ts';
import { orAborted } from '../or-aborted.ts';

/** Whether the machine has an address that others could reach it by. */
export function interfacesProbe(): Probe {
  return {
    name: 'interfaces',
    part: 'network',
    look() {
      const addresses = Object.entries(networkInterfaces()).flatMap(([name, list]) =>
        (list ?? []).filter((one) => !one.internal).map((one) => `${name} ${one.address}`),
      );
      if (addresses.length === 0)
        return Promise.resolve({ verdict: 'warning', detail: 'there is only the loopback interface' });
      return Promise.resolve({ verdict: 'ok', detail: addresses.slice(0, 8).join(', ') });
    },
  };
}

/** Whether the names of the services that are configured can be resolved. */
export function namesProbe(urls: readonly string[]): Probe {
  const hosts = urls.map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
  const names = [...new Set(hosts.filter((host) => host !== '' && isIP(host) === 0))];
  return {
    name: 'names',
    part: 'network',
    async look(signal) {
      if (names.length === 0) return { verdict: 'ok', detail: 'every service is configured by address' };
      const resolving = Promise.all(names.map((name) => lookup(name)));
      const found = await orAborted(signal, resolving);
      return { verdict: 'ok', detail: names.map((name, i) => `${name} is ${found[i]?.address ?? ''}`).join(', ') };
    },
  };
}
