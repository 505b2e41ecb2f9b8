import { connect, createServer, type Socket } from "node:net";

/** A TCP proxy in front of PostgreSQL that does what networks do. */
export interface DatabaseProxy extends AsyncDisposable {
  /** The database's address, through the proxy. */
  readonly url: string;
  /** Lets everything through again, also what was held back. */
  pass(): void;
  /** Breaks all connections and refuses new ones. */
  refuse(): void;
  /** Takes everything and passes nothing on; nobody is told. */
  hold(): void;
  /** Breaks the connection that asks for something with `text` in it, after the database has answered and before its client hears. */
  swallowReplyTo(text: string): void;
  /** How many replies have been swallowed. */
  readonly swallowed: number;
}

type Mode = "pass" | "refuse" | "hold";

export async function startDatabaseProxy(target: string): Promise<DatabaseProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<readonly [Socket, Socket]>();
  let mode: Mode = "pass";
  let needle: string | null = null;
  let swallowed = 0;

  function apply([client, database]: readonly [Socket, Socket]): void {
    for (const socket of [client, database]) {
      if (mode === "refuse") socket.destroy();
      else if (mode === "hold") socket.pause();
      else socket.resume();
    }
  }
  function change(to: Mode): void {
    mode = to;
    for (const pair of pairs) apply(pair);
  }

  const server = createServer((client) => {
    const database = connect(Number(port), hostname);
    const pair = [client, database] as const;
    let isDoomed = false;
    pairs.add(pair);
    client.on("data", (piece) => {
      if (needle !== null && piece.includes(needle)) {
        needle = null;
        isDoomed = true;
      }
      database.write(piece);
    });
    database.on("data", (piece) => {
      if (!isDoomed) return client.write(piece);
      swallowed += 1;
      client.destroy();
      return database.destroy();
    });
    for (const socket of pair) {
      socket.on("error", () => {});
      socket.on("close", () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    apply(pair);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  const url = new URL(target);
  url.port = String(address.port);
  return {
    url: url.href,
    pass: () => change("pass"),
    refuse: () => change("refuse"),
    hold: () => change("hold"),
    swallowReplyTo(text) {
      needle = text;
    },
    get swallowed() {
      return swallowed;
    },
    async [Symbol.asyncDispose]() {
      change("refuse");
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
