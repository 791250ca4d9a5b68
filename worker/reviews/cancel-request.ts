import { connect } from 'node:net';

const CANCEL_REQUEST_CODE = 80_877_102;
const GIVE_UP_MS = 5000;

/** Asks the server to stop what a session is doing (PostgreSQL docs, 54.2.8 Canceling Requests). Never rejects. */
export async function cancelRequest(
  server: { readonly host: string; readonly port: number },
  session: { readonly processId: number; readonly secretKey: number },
): Promise<void> {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(CANCEL_REQUEST_CODE, 4);
  message.writeInt32BE(session.processId, 8);
  message.writeInt32BE(session.secretKey, 12);
  const { host, port } = server;
  // A path is the folder of a Unix socket, as in libpq.
  const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
  await new Promise<void>((resolve) => {
    socket.setTimeout(GIVE_UP_MS, () => socket.destroy());
    socket.once('error', () => resolve());
    socket.once('close', () => resolve());
    socket.once('connect', () => socket.end(message));
    socket.resume();
  });
}
