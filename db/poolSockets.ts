import { Socket } from "node:net";

/** Where postgres.js wants to connect to: its own, parsed options. */
interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path?: string | false | undefined;
}

/** The sockets of one pool of connections. */
export interface PoolSockets {
  /** For postgres.js's option `socket`: one that is about to connect, and buffers until it has. */
  readonly open: (target: Target) => Socket;
  /** Closes those that are left, and opens none any more. */
  close(): void;
}

/**
 * Keeps a pool that was ended from having connections. postgres.js 3.4 ends the connections that it has; one that waits for its next
 * try to connect at that moment connects afterwards all the same, to a pool that nobody asks, and stays for up to an hour. When
 * a database is away that is most of them.
 */
export function poolSockets(): PoolSockets {
  const sockets = new Set<Socket>();
  let isClosed = false;
  let tries = 0;

  return {
    open({ host, port, path }) {
      // Where TLS is negotiated the driver takes all listeners away, ours too.
      for (const each of sockets) if (each.destroyed) sockets.delete(each);
      const socket = new Socket();
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      if (isClosed) {
        // Once its listeners are there: it hears of a connection that closed.
        setImmediate(() => socket.destroy());
        return socket;
      }
      const at = tries % host.length;
      tries += 1;
      if (path) socket.connect(path);
      else socket.connect(port[at] ?? 5432, host[at] ?? "localhost");
      // What TLS is negotiated for.
      return Object.assign(socket, { host: host[at], port: port[at] });
    },
    close() {
      isClosed = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}
