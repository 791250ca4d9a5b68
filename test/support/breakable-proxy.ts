import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** Stands before a server as the network does: it can break, and it can fall silent. */
export interface BreakableProxy {
  readonly port: number;
  /** Breaks every connection, and each new one. */
  cut(): void;
  /** Keeps connections and takes new ones, and lets nothing through. */
  freeze(): void;
  /** All is as before; what was held is let through. */
  mend(): void;
  close(): Promise<void>;
}

export async function breakableProxy(host: string, port: number): Promise<BreakableProxy> {
  let state: 'open' | 'cut' | 'frozen' = 'open';
  const sockets = new Set<Socket>();
  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on('data', (data) => void (to.destroyed || to.write(data)));
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
    if (state === 'frozen') from.pause();
  };
  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const upstream = connect({ host, port });
    join(client, upstream);
    join(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut';
      sockets.forEach((socket) => socket.destroy());
    },
    freeze() {
      state = 'frozen';
      sockets.forEach((socket) => socket.pause());
    },
    mend() {
      state = 'open';
      sockets.forEach((socket) => socket.resume());
    },
    async close() {
      sockets.forEach((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
