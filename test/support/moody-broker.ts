import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
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
  const aedes = await Aedes.createBroker({
    authorizePublish(_client, packet, done) {
      received.push(packet);
      done(null);
    },
  });
  const inner = createServer((socket) => aedes.handle(socket));
  const innerPort = await listening(inner);
  const sockets = new Set<Socket>();
  // Stands between the clients and the broker, and takes the acknowledgements out.
  const outer = createServer((client) => {
    const upstream = connect(innerPort, '127.0.0.1');
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.pipe(upstream);
    upstream.pipe(withoutAcknowledgements(() => !broker.acknowledges)).pipe(client);
  });
  const port = await listening(outer);
  const broker: MoodyBroker = {
    url: `mqtt://127.0.0.1:${port}`,
    received,
    acknowledges: true,
    dropClients: () => sockets.forEach((socket) => socket.destroy()),
    async close() {
      const closed = [inner, outer].map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      broker.dropClients();
      await new Promise<void>((resolve) => aedes.close(resolve));
      await Promise.all(closed);
    },
  };
  return broker;
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The type of a PUBACK (MQTT 5, section 2.1.2). */
const PUBACK = 4;

/** Cuts the stream into packets and leaves out the PUBACKs while `moody` says so. */
function withoutAcknowledgements(moody: () => boolean): Transform {
  let rest = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      rest = Buffer.concat([rest, chunk]);
      for (let length = packetLength(rest); length !== null && length <= rest.length; length = packetLength(rest)) {
        const packet = rest.subarray(0, length);
        if (!(moody() && (packet[0] ?? 0) >> 4 === PUBACK)) this.push(packet);
        rest = rest.subarray(length);
      }
      done();
    },
  });
}

/** The bytes of the packet that begins here, or null while its length has not arrived (MQTT 5, section 2.1.4). */
function packetLength(bytes: Buffer): number | null {
  let remaining = 0;
  for (let i = 1; i < 5; i += 1) {
    const byte = bytes[i];
    if (byte === undefined) return null;
    remaining += (byte & 0x7f) * 128 ** (i - 1);
    if (byte < 0x80) return 1 + i + remaining;
  }
  throw new Error('not an MQTT packet');
}
