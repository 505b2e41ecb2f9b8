import { createWSClient, type TRPCLink, type TRPCWebSocketClient, wsLink } from "@trpc/client";
import type { AppRouter } from "#server/trpc/router.ts";

// In a chunk of its own: it comes with the first subscription.
const socket: TRPCWebSocketClient = createWSClient({
  url: () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/trpc`,
  // Opens with the first subscription and closes when none is left; a lost one comes back and resumes by last event id.
  lazy: { enabled: true, closeMs: 10_000 },
  keepAlive: { enabled: true, intervalMs: 20_000, pongTimeoutMs: 8_000 },
  retryDelayMs: (attempt) => Math.min(250 * 2 ** attempt, 8_000),
});

export const liveLink: TRPCLink<AppRouter> = wsLink({ client: socket });

export const closeSocket = (): Promise<void> => socket.close();
