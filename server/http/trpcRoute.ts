import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { accessOf, bodyLimitOf } from "#server/trpc/access.ts";
import { edgeError } from "#server/trpc/errors.ts";
import { appRouter } from "#server/trpc/router.ts";
import { decoded } from "./address.ts";
import { logError, trpcErrorResponse } from "./answer.ts";
import { readJsonBody, requireInertQuery } from "./body.ts";
import { requireOwnOrigin } from "./origin.ts";
import { contextOf, type EdgeDeps } from "./requestContext.ts";

export const trpcPrefix = "/trpc";
const batchLimit = 20;

/** The request with a body that has been read and checked. Nobody who must sign in first gets their body read. */
async function checkedRequest(request: Request, url: URL, options: { paths: string[]; isSignedIn: boolean }) {
  if (request.method !== "POST") {
    requireInertQuery(url);
    return request;
  }
  const isRefusedAnyway = !options.isSignedIn && options.paths.every((path) => accessOf(path) !== "public");
  const body = isRefusedAnyway ? null : await readJsonBody(request, bodyLimitOf(options.paths));
  const headers = new Headers(request.headers);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  headers.delete("content-encoding");
  return new Request(url.href, { method: "POST", headers, body: body?.text ?? "{}", signal: request.signal });
}

/** tRPC over HTTP, batches included. Everything that goes wrong before a procedure is answered in the one error shape. */
export function createTrpcRoute(deps: EdgeDeps) {
  return async (request: Request, peer: string | null): Promise<Response> => {
    const url = new URL(request.url);
    let requestId = "";
    try {
      if (request.method === "POST") requireOwnOrigin(request.headers, deps.origins);
      const { context, cookies } = await contextOf(deps, { headers: request.headers, peer, triggerKind: "manual" });
      requestId = context.requestId;
      const paths = decoded(url.pathname.slice(trpcPrefix.length + 1)).split(",");
      const checked = await checkedRequest(request, url, { paths, isSignedIn: context.actor !== null });
      const answer = await fetchRequestHandler({
        endpoint: trpcPrefix,
        req: checked,
        router: appRouter,
        createContext: () => context,
        allowBatching: true,
        maxBatchSize: batchLimit,
        onError: ({ error, path }) => logError(deps.log, edgeError(error), { requestId, path }),
      });
      for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
      answer.headers.set("cache-control", "no-store");
      return answer;
    } catch (error) {
      return trpcErrorResponse(error, {
        requestId: requestId || crypto.randomUUID(),
        log: deps.log,
        path: url.pathname,
      });
    }
  };
}
