import { Agent, request } from 'node:http';
import type { Service } from '../servers/service.ts';

export interface Asked {
  readonly method: 'GET' | 'POST';
  /** Below the face's address, such as `/jobs`. */
  readonly path: string;
  readonly body?: unknown;
}

/** Asks a service over connections that stay open. */
export interface HttpLoad {
  /** Milliseconds until the whole answer was there. Throws when it is no success. */
  ask(asked: Asked): Promise<number>;
  close(): void;
}

export function openHttpLoad(service: Service, connections: number): HttpLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { authorization: `Bearer ${service.token}`, 'content-type': 'application/json' };
  return {
    ask({ method, path, body }) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const beganMs = performance.now();
      return new Promise((resolve, reject) => {
        const sent = request(`${service.url}${path}`, { method, agent, headers }, (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.once('error', reject);
          answer.once('end', () => {
            const status = answer.statusCode ?? 0;
            if (status >= 200 && status < 300) return resolve(performance.now() - beganMs);
            reject(
              new Error(`${method} ${path} answered ${status}: ${Buffer.concat(parts).toString('utf8').slice(0, 500)}`),
            );
          });
        });
        sent.once('error', reject);
        sent.end(text);
      });
    },
    close: () => agent.destroy(),
  };
}
