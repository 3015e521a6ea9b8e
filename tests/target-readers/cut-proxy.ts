/** Stands between a client and a server, and can cut all connections, or those that have carried so much. */
import { connect, createServer, type Socket } from 'node:net';

export interface CutProxy {
  readonly port: number;
  /** Connections cut so far. */
  readonly cuts: number;
  /** Cuts every connection once it has carried so many bytes to the server, `times` times; 0 bytes: refuses all from now on. */
  cutAfter(bytes: number, times?: number): void;
  close(): Promise<void>;
}

export function startProxy(serverPort: number): Promise<CutProxy> {
  const sockets = new Set<Socket>();
  let most = Number.POSITIVE_INFINITY;
  let left = 0;
  let cuts = 0;
  const cut = (a: Socket, b: Socket): void => {
    cuts++;
    a.destroy();
    b.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    let carried = 0;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    if (most === 0) return cut(client, upstream);
    client.on('data', (bytes) => {
      carried += bytes.length;
      if (carried > most && left > 0) {
        left--;
        cut(client, upstream);
      } else upstream.write(bytes);
    });
    upstream.on('data', (bytes) => client.write(bytes));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({
        port: (server.address() as { port: number }).port,
        get cuts() {
          return cuts;
        },
        cutAfter(bytes, times = Number.POSITIVE_INFINITY) {
          most = bytes;
          left = times;
          if (bytes === 0) for (const socket of sockets) socket.destroy();
        },
        close: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => closed());
          }),
      });
    });
  });
}
