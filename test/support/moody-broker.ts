import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Aedes, type PublishPacket } from 'aedes';

/** A real MQTT 5 broker that can be told to keep its acknowledgements to itself, and to drop its clients. */
export interface MoodyBroker {
  readonly url: string;
  /** Every publish that arrived, the unacknowledged ones too. */
  readonly received: PublishPacket[];
  acknowledges: boolean;
  dropClients(): void;
  close(): Promise<void>;
}

export async function moodyBroker(): Promise<MoodyBroker> {
  const received: PublishPacket[] = [];
  const sockets = new Set<Socket>();
  const aedes = await Aedes.createBroker({
    authorizePublish(_client, packet, done) {
      received.push(packet);
      if (broker.acknowledges) done(null);
    },
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const broker: MoodyBroker = {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    acknowledges: true,
    dropClients: () => sockets.forEach((socket) => socket.destroy()),
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
      broker.dropClients();
      await closed;
    },
  };
  return broker;
}
