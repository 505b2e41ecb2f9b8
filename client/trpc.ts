import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { httpBatchLink, splitLink, TRPCClientError, type TRPCLink } from "@trpc/client";
import { createTRPCReact, getQueryKey, type inferReactQueryProcedureOptions } from "@trpc/react-query";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { observable } from "@trpc/server/observable";
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

/** Asks the server who is signed in, for all that shows it. Rejects when the server cannot be asked. */
export async function isSignedIn(): Promise<boolean> {
  const { session } = await queryClient.fetchQuery({
    queryKey: getQueryKey(trpc.auth.status, undefined, "query"),
    queryFn: () => trpcClient.auth.status.query(),
    staleTime: 0,
    retry: false,
  });
  return session !== null;
}

let live: Promise<typeof import("./liveLink.ts")> | null = null;

/** Loaded once; what could not be loaded is tried again with the next subscription. */
function loadLive() {
  live ??= import("./liveLink.ts").catch((error: unknown) => {
    live = null;
    throw error;
  });
  return live;
}

/** Subscriptions go over a socket, whose code comes with the first of them. */
const subscriptions: TRPCLink<AppRouter> = (runtime) => (operation) =>
  observable((observer) => {
    let inner: { unsubscribe(): void } | null = null;
    let over = false;
    loadLive().then(
      ({ liveLink }) => {
        if (!over) inner = liveLink(runtime)(operation).subscribe(observer);
      },
      (error: unknown) =>
        observer.error(TRPCClientError.from(error instanceof Error ? error : new Error(String(error)))),
    );
    return () => {
      over = true;
      inner?.unsubscribe();
    };
  });

/** Closes the socket, so that the next subscription opens one as whoever is signed in then. */
export async function closeSocket(): Promise<void> {
  if (live !== null) await (await live).closeSocket();
}

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
      true: subscriptions,
      false: httpBatchLink({ url: "/trpc", maxURLLength: 4_000, maxItems: 20 }),
    }),
  ],
});
