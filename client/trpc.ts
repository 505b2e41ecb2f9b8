import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { createWSClient, httpBatchLink, splitLink, TRPCClientError, type TRPCLink, wsLink } from "@trpc/client";
import { createTRPCReact, getQueryKey, type inferReactQueryProcedureOptions } from "@trpc/react-query";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "#server/trpc/router.ts";
import type { ErrorCode } from "#src/errors.ts";
import type { JsonObject } from "#src/json.ts";

export const trpc = createTRPCReact<AppRouter>();
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
export type ProcedureOptions = inferReactQueryProcedureOptions<AppRouter>;

/** What the server says went wrong; `offline` when it could not be asked. */
export interface ClientError {
  readonly code: ErrorCode | "offline";
  readonly message: string;
  readonly retryable: boolean;
  readonly detail?: JsonObject;
  readonly requestId?: string;
}

/** Any error of a query, mutation or subscription in the one shape the screens show. */
export function readError(error: unknown): ClientError {
  if (error instanceof TRPCClientError) {
    const said: unknown = error.data;
    if (typeof said === "object" && said !== null && "code" in said && "message" in said) return said as ClientError;
    if (said === undefined || said === null) {
      return {
        code: "offline",
        message: "The server cannot be reached. Check that it is running and that you are online.",
        retryable: true,
      };
    }
    return { code: "internal", message: error.message, retryable: false };
  }
  const message = error instanceof Error ? error.message : "Something went wrong in this page.";
  return { code: "internal", message, retryable: false };
}

/** A session that ended elsewhere (sign-out, password changed, role removed) brings the sign-in screen back. */
function onError(error: unknown): void {
  if (readError(error).code === "unauthenticated") {
    void queryClient.invalidateQueries({ queryKey: getQueryKey(trpc.auth.status) });
  }
}

const mayRetry = (failures: number, error: unknown): boolean => failures < 2 && readError(error).retryable;

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: { staleTime: 10_000, retry: mayRetry, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
});

const socket = createWSClient({
  url: () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/trpc`,
  // Opens with the first subscription and closes when none is left; a lost one comes back and resumes by last event id.
  lazy: { enabled: true, closeMs: 10_000 },
  keepAlive: { enabled: true, intervalMs: 20_000, pongTimeoutMs: 8_000 },
  retryDelayMs: (attempt) => Math.min(250 * 2 ** attempt, 8_000),
});

/** Closes the socket, so that the next subscription opens one as whoever is signed in then. */
export const closeSocket = (): Promise<void> => socket.close();

/** tRPC adds `direction` to the input of an infinite query; our lists go one way, and the server refuses unknown keys. */
const withoutDirection: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    if (op.type !== "query" || typeof op.input !== "object" || op.input === null) return next(op);
    const { direction: _, ...input } = op.input as { direction?: unknown };
    return next({ ...op, input });
  };

export const trpcClient = trpc.createClient({
  links: [
    withoutDirection,
    splitLink({
      condition: (operation) => operation.type === "subscription",
      true: wsLink({ client: socket }),
      false: httpBatchLink({ url: "/trpc", maxURLLength: 4_000 }),
    }),
  ],
});
