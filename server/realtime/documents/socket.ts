import { type Hocuspocus, IncomingMessage, MessageType } from "@hocuspocus/server";
import type { WorkflowId } from "#src/ids.ts";
import { createBucket, documentLimits } from "./limits.ts";
import type { DocumentContext, Visitor } from "./visitor.ts";

/** What is used of a server's socket (Bun's ServerWebSocket has it all). */
export interface DocumentSocket {
  readonly readyState: number;
  send(message: Uint8Array<ArrayBuffer>): unknown;
  close(code?: number, reason?: string): void;
}

/** The server's half of one open socket; the upgrade route calls these from the socket's own events. */
export interface SocketHandlers {
  readonly message: (message: Uint8Array | string) => void;
  readonly close: (code?: number, reason?: string) => void;
}

/** An open socket, for finding whom to close. */
export interface OpenSocket {
  readonly visitor: Visitor;
  readonly workflowId: WorkflowId;
  readonly end: (code: number, reason: string) => void;
}

export interface Attach {
  readonly hocuspocus: Hocuspocus<DocumentContext>;
  readonly socket: DocumentSocket;
  readonly request: Request;
  readonly visitor: Visitor;
  readonly workflowId: WorkflowId;
  readonly onClosed: () => void;
}

/** Message types an editor may send; the rest of the protocol is the server's. */
const accepted: ReadonlySet<number> = new Set([
  MessageType.Sync,
  MessageType.Awareness,
  MessageType.Auth,
  MessageType.QueryAwareness,
  MessageType.SyncReply,
  MessageType.CLOSE,
  MessageType.Ping,
  MessageType.Pong,
]);

/** Connects a socket to Hocuspocus behind the limits of size and rate. */
export function attachSocket({ hocuspocus, socket, request, visitor, workflowId, onClosed }: Attach): {
  handlers: SocketHandlers;
  open: OpenSocket;
} {
  let isOver = false;
  const presenceRate = createBucket(documentLimits.presencePerSecond, documentLimits.presencePerSecond);
  const messageRate = createBucket(documentLimits.messagesPerSecond, documentLimits.messageBurst);
  const leave = (code: number, reason: string) => {
    if (isOver) return;
    isOver = true;
    client.handleClose({ code, reason });
    onClosed();
  };
  const end = (code: number, reason: string) => {
    leave(code, reason);
    socket.close(code, reason);
  };
  const client = hocuspocus.handleConnection(
    {
      get readyState() {
        return isOver ? 3 : socket.readyState;
      },
      send: (message: unknown) => {
        if (!isOver) socket.send(message as Uint8Array<ArrayBuffer>);
      },
      close: (code = 1000, reason = "") => end(code, reason),
    },
    request,
    { visitor, workflowId, closeSocket: end },
  );

  const handlers: SocketHandlers = {
    message: (message) => {
      if (isOver) return;
      if (typeof message === "string") return end(1003, "Binary messages only");
      if (message.byteLength > documentLimits.message) return end(1009, "Message too big");
      const type = typeOf(message);
      if (type === null || !accepted.has(type)) return end(1002, "Not a message of this protocol");
      if (type === MessageType.Awareness) {
        if (message.byteLength > documentLimits.presence || !presenceRate.take()) return;
      } else if (!messageRate.take()) return end(1008, "Too many messages");
      client.handleMessage(message);
    },
    close: (code = 1006, reason = "") => leave(code, reason),
  };
  return { handlers, open: { visitor, workflowId, end } };
}

/** The type of a message, which follows the document's name; null for what cannot be read. */
function typeOf(message: Uint8Array): number | null {
  try {
    const reading = new IncomingMessage(message);
    reading.readVarString();
    return reading.readVarUint();
  } catch {
    return null;
  }
}
