import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import type { AppRouter } from "#server/trpc/router.ts";
import type { LiveMessage } from "#src/engine/ports.ts";
import type { ExecutionId, WorkflowId } from "#src/ids.ts";
import type { ExecutionSummary } from "#src/schemas/execution.ts";

/** A WebSocket with these headers, which browsers set by themselves. */
export function openRawSocket(url: string, headers: Record<string, string>): WebSocket {
  return new WebSocket(url, { headers } as never);
}

/** How a socket that was refused or closed ended: the close code, after what it had received. */
export function closeOf(socket: WebSocket): Promise<{ code: number; messages: string[] }> {
  const messages: string[] = [];
  return new Promise((resolve) => {
    socket.addEventListener("message", (event) => messages.push(String(event.data)));
    socket.addEventListener("close", (event) => resolve({ code: event.code, messages }));
  });
}

export interface Watching extends Disposable {
  /** What came so far, in order. */
  readonly seen: { readonly id: string; readonly data: LiveMessage }[];
  /** Resolves when the server ends the subscription; rejects when it refuses it. */
  readonly ended: Promise<void>;
  /** Resolves as soon as what has come satisfies this. */
  until(enough: (seen: Watching["seen"]) => boolean): Promise<void>;
}

export interface SocketClient extends AsyncDisposable {
  watch(id: ExecutionId, lastEventId?: number): Watching;
  watchWorkflow(workflowId: WorkflowId, onData: (summary: ExecutionSummary) => void): Disposable;
  watchWaiting(onData: (count: number) => void): Disposable;
}

/** tRPC's own client on its own socket, with this cookie. `url` is http://host:port. */
export function openSocketClient(url: string, cookie: string): SocketClient {
  class CookieSocket extends WebSocket {
    constructor(address: string | URL) {
      super(address, { headers: { cookie, origin: url } } as never);
    }
  }
  const socket = createWSClient({ url: `${url.replace("http", "ws")}/trpc`, WebSocket: CookieSocket as never });
  const trpc = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] });
  return {
    watch(id, lastEventId) {
      const seen: Watching["seen"] = [];
      const ended = Promise.withResolvers<void>();
      ended.promise.catch(() => {});
      const waiting = new Set<() => void>();
      const input = { id, ...(lastEventId === undefined ? {} : { lastEventId }) };
      const subscription = trpc.executions.watch.subscribe(input, {
        onData(message) {
          seen.push(message as Watching["seen"][number]);
          for (const look of waiting) look();
        },
        onComplete: () => ended.resolve(),
        onError: (error) => ended.reject(error),
      });
      return {
        seen,
        ended: ended.promise,
        until: (enough) =>
          new Promise((resolve) => {
            const look = () => {
              if (!enough(seen)) return;
              waiting.delete(look);
              resolve();
            };
            waiting.add(look);
            look();
          }),
        [Symbol.dispose]: () => subscription.unsubscribe(),
      };
    },
    watchWorkflow(workflowId, onData) {
      const subscription = trpc.executions.watchWorkflow.subscribe({ workflowId }, { onData });
      return { [Symbol.dispose]: () => subscription.unsubscribe() };
    },
    watchWaiting(onData) {
      const subscription = trpc.executions.watchWaiting.subscribe(undefined, { onData: ({ count }) => onData(count) });
      return { [Symbol.dispose]: () => subscription.unsubscribe() };
    },
    async [Symbol.asyncDispose]() {
      await socket.close();
    },
  };
}

/** Sequence numbers of the events among what was watched. */
export const seqsOf = (seen: Watching["seen"]): number[] =>
  seen.flatMap(({ data }) => (data.kind === "event" ? [data.event.seq] : []));
