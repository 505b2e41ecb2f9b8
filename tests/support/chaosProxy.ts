import { connect, createServer, type Socket } from "node:net";

/** A TCP proxy in front of a server (PostgreSQL, Redis, a model) that does what networks do. */
export interface ChaosProxy extends AsyncDisposable {
  /** The server's address, through the proxy. */
  readonly url: string;
  /** Lets everything through again, also what was held back. */
  pass(): void;
  /** Breaks all connections and refuses new ones. */
  refuse(): void;
  /** Takes everything and passes nothing on; nobody is told. */
  hold(): void;
  /** Half-open: what is asked arrives, what is answered does not. */
  holdReplies(): void;
  /** Breaks all connections that are open now; new ones pass. */
  reset(): void;
  /** The connections that are open now say nothing more, for ever; new ones pass. */
  strand(): void;
  /** Holds every piece up by so long, both ways. */
  delay(ms: number): void;
  /**
   * Breaks the connection that asks for something with `text` in it, after the server has taken it and before its client hears.
   * Once, or as often as `mayBreak` says so.
   */
  swallowReplyTo(text: string, mayBreak?: () => boolean): void;
  /** Replaces each piece of an answer by others: none, several, late. Asked once for each connection that begins from now on. */
  rewriteReplies(how: () => Rewriting): void;
  /** How many replies have been swallowed. */
  readonly swallowed: number;
}

export type Rewriting = (piece: Buffer) => readonly { readonly piece: Buffer; readonly afterMs: number }[];

type Mode = "pass" | "refuse" | "hold" | "holdReplies";
type Pair = readonly [client: Socket, server: Socket];

export async function startChaosProxy(target: string): Promise<ChaosProxy> {
  const { hostname, port } = new URL(target);
  const pairs = new Set<Pair>();
  let mode: Mode = "pass";
  let delayMs = 0;
  let needle: { readonly text: string; readonly mayBreak: (() => boolean) | null } | null = null;
  let rewriting: (() => Rewriting) | null = null;
  let swallowed = 0;

  function apply([client, server]: Pair): void {
    for (const socket of [client, server]) {
      if (mode === "refuse") socket.destroy();
      else if (mode === "hold" || (mode === "holdReplies" && socket === server)) socket.pause();
      else socket.resume();
    }
  }
  function change(to: Mode): void {
    mode = to;
    for (const pair of pairs) apply(pair);
  }
  function breaksOn(piece: Buffer): boolean {
    if (needle === null || !piece.includes(needle.text)) return false;
    if (needle.mayBreak !== null) return needle.mayBreak();
    needle = null;
    return true;
  }
  function write(to: Socket, piece: Buffer, afterMs: number): void {
    if (afterMs === 0) to.write(piece);
    else setTimeout(() => to.writable && to.write(piece), afterMs);
  }

  const listener = createServer((client) => {
    const server = connect(Number(port), hostname);
    const pair = [client, server] as const;
    const rewrite = rewriting?.() ?? null;
    let isDoomed = false;
    pairs.add(pair);
    client.on("data", (piece: Buffer) => {
      if (breaksOn(piece)) isDoomed = true;
      write(server, piece, delayMs);
    });
    server.on("data", (piece: Buffer) => {
      if (isDoomed) {
        swallowed += 1;
        client.destroy();
        server.destroy();
      } else if (rewrite === null) write(client, piece, delayMs);
      else for (const other of rewrite(piece)) write(client, other.piece, other.afterMs);
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
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(address.port);
  return {
    url: url.href,
    pass: () => change("pass"),
    refuse: () => change("refuse"),
    hold: () => change("hold"),
    holdReplies: () => change("holdReplies"),
    reset() {
      for (const pair of [...pairs]) for (const socket of pair) socket.destroy();
    },
    strand() {
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    delay(ms) {
      delayMs = ms;
    },
    swallowReplyTo(text, mayBreak) {
      needle = { text, mayBreak: mayBreak ?? null };
    },
    rewriteReplies(how) {
      rewriting = how;
    },
    get swallowed() {
      return swallowed;
    },
    async [Symbol.asyncDispose]() {
      change("refuse");
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
