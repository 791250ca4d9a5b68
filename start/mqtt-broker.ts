import { createServer, type Server, type Socket } from 'node:net';
import { Aedes } from 'aedes';

export interface MqttBroker {
  port: number;
  close(): Promise<void>;
}

/**
 * The embedded MQTT 3.1.1 and 5 broker. Retained messages and sessions live in memory: its restart forgets them.
 * Rejects when it can't listen there. Port 0 takes any free one.
 */
export async function startBroker(address: { host: string; port: number }): Promise<MqttBroker> {
  const broker = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  try {
    await listening(server, address);
  } catch (error) {
    broker.close();
    throw error;
  }
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound ? bound.port : address.port,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(resolve));
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}

function listening(server: Server, address: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => resolve());
  });
}
