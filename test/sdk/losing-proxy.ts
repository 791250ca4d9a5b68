import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between a client and the service, and keeps the first answer to a change to itself: the network's worst trick. */
export async function losingProxy(service: string): Promise<{ url: string; lost: () => number; close: () => void }> {
  let lost = 0;
  const server = createServer((asked, answer) => {
    const { method = 'GET', headers } = asked;
    const onward = request(new URL(asked.url ?? '/', service), { method, headers }, (answered: IncomingMessage) => {
      if (method !== 'GET' && lost === 0) {
        lost += 1;
        // The service has done its work, and the client never hears of it.
        answered.resume().once('end', () => asked.socket.destroy());
        return;
      }
      answer.writeHead(answered.statusCode ?? 500, answered.headers);
      answered.pipe(answer);
    });
    onward.once('error', () => asked.socket.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lost: () => lost, close };
}
