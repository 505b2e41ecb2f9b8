import { EventEmitter } from "node:events";
import { getWSConnectionHandler } from "@trpc/server/adapters/ws";
import { logError } from "#server/http/answer.ts";
import { requireInert } from "#server/http/body.ts";
import type { EdgeDeps } from "#server/http/requestContext.ts";
import type { Actor } from "#server/services/actor.ts";
import type { SessionsEnded } from "#server/services/sessions.ts";
import type { Context } from "#server/trpc/context.ts";
import { edgeError } from "#server/trpc/errors.ts";
import { appRouter } from "#server/trpc/router.ts";
import { isJsonObject } from "#src/json.ts";
import type { Role } from "#src/schemas/workspace.ts";
import { createBucket } from "../documents/limits.ts";

/** What is used of a server's socket; Bun's ServerWebSocket has it all. */
export interface TextSocket {
  readonly readyState: number;
  send(text: string): unknown;
  close(code?: number, reason?: string): void;
  terminate(): void;
  getBufferedAmount(): number;
}

export interface TextSocketHandlers {
  readonly message: (message: string | Uint8Array) => void;
  readonly close: () => void;
}

/** The open sockets of this process. */
export interface TrpcSockets {
  connect(socket: TextSocket, context: Context, search: string): TextSocketHandlers;
  /** Closes the sockets of sessions that have ended. */
  closeFor(ended: SessionsEnded | { readonly sessionHash: string }): void;
  /** Closes every socket whose session is over or has another role now; other processes' changes come to light here. */
  recheck(stillOpen: (hashes: readonly string[]) => Promise<Map<string, Role>>): Promise<void>;
  closeAll(): void;
}

const limits = { message: 256_000, buffered: 8_000_000, messagesPerSecond: 50, messageBurst: 500 } as const;
const allowedMethods: ReadonlySet<unknown> = new Set(["subscription", "subscription.stop", "connectionParams"]);
const keepAlive = { enabled: true, pingMs: 20_000, pongWaitMs: 15_000 } as const;

/** A socket as tRPC's handler, which is written for the `ws` package, wants it. */
class SocketShim extends EventEmitter {
  readonly #socket: TextSocket;
  constructor(socket: TextSocket) {
    super();
    this.#socket = socket;
  }
  get readyState(): number {
    return this.#socket.readyState;
  }
  send(text: string): void {
    if (this.#socket.readyState !== 1) return;
    // Who reads slower than things happen comes back later with the last event's id; nothing is lost by closing.
    if (this.#socket.getBufferedAmount() > limits.buffered) this.#socket.close(1013, "Too slow; reconnect");
    else this.#socket.send(text);
  }
  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }
  terminate(): void {
    this.#socket.terminate();
  }
}

/** Why a message is not for tRPC, as a close code; null when it is. Sockets carry subscriptions: all else goes over HTTP. */
function refusalOf(text: string): { code: number; reason: string } | null {
  if (text === "PING" || text === "PONG") return null;
  try {
    const value: unknown = JSON.parse(text);
    requireInert(value);
    const calls = Array.isArray(value) ? value : [value];
    const areAllowed =
      calls.length <= 20 && calls.every((call) => isJsonObject(call) && allowedMethods.has(call.method));
    return areAllowed ? null : { code: 1008, reason: "Only subscriptions" };
  } catch {
    return { code: 1007, reason: "Not a message of this protocol" };
  }
}

export function createTrpcSockets(deps: Pick<EdgeDeps, "log">): TrpcSockets {
  const open = new Map<TextSocket, Actor | null>();
  const contexts = new WeakMap<object, Context>();
  const handle = getWSConnectionHandler({
    router: appRouter,
    // Only its sockets are used, and those we bring ourselves.
    wss: new EventEmitter() as never,
    keepAlive,
    createContext: ({ res }) => {
      const context = contexts.get(res);
      if (context === undefined) throw new Error("A socket without a context");
      return context;
    },
    onError: ({ error, path, ctx }) => logError(deps.log, edgeError(error), { requestId: ctx?.requestId ?? "", path }),
  });

  const close = (isOver: (actor: Actor) => boolean) => {
    for (const [socket, actor] of [...open]) {
      if (actor !== null && isOver(actor)) socket.close(4401, "Signed out or role changed");
    }
  };

  return {
    connect(socket, context, search) {
      const shim = new SocketShim(socket);
      const rate = createBucket(limits.messagesPerSecond, limits.messageBurst);
      contexts.set(shim, context);
      open.set(socket, context.actor);
      handle(shim as never, { headers: { host: "localhost" }, url: `/trpc${search}` } as never);
      return {
        message(message) {
          if (typeof message !== "string") return socket.close(1003, "Text messages only");
          if (message.length > limits.message) return socket.close(1009, "Message too big");
          if (!rate.take()) return socket.close(1008, "Too many messages");
          const refusal = refusalOf(message);
          if (refusal !== null) return socket.close(refusal.code, refusal.reason);
          shim.emit("message", Buffer.from(message), false);
        },
        close() {
          open.delete(socket);
          shim.emit("close");
        },
      };
    },
    closeFor(ended) {
      if ("sessionHash" in ended) return close((actor) => actor.sessionHash === ended.sessionHash);
      close((actor) => actor.session.profile.id === ended.profileId && actor.sessionHash !== ended.except);
    },
    async recheck(stillOpen) {
      const hashes = new Set([...open.values()].flatMap((actor) => (actor === null ? [] : [actor.sessionHash])));
      if (hashes.size === 0) return;
      const roles = await stillOpen([...hashes]);
      close((actor) => hashes.has(actor.sessionHash) && roles.get(actor.sessionHash) !== actor.session.role);
    },
    closeAll() {
      for (const socket of [...open.keys()]) socket.close(1012, "The server restarts");
    },
  };
}
