import { fileURLToPath } from "node:url";
import { Elysia } from "elysia";
import { AppError } from "#src/errors.ts";
import { workflowId } from "#src/ids.ts";
import type { Deps } from "./deps.ts";
import { errorResponse } from "./http/answer.ts";
import { renderDocs } from "./http/docsPage.ts";
import { securityHeaders } from "./http/headers.ts";
import { isReady } from "./http/health.ts";
import { hostOf } from "./http/origin.ts";
import { createRestRoute, restPrefix } from "./http/restRoute.ts";
import { createStaticFiles } from "./http/staticFiles.ts";
import { createTrpcRoute, trpcPrefix } from "./http/trpcRoute.ts";
import { createUpgrades, type UpgradeServer } from "./http/upgrades.ts";

const clientFolder = fileURLToPath(new URL("../client/dist", import.meta.url));
/** The largest message of any socket: a whole document. Each kind of socket has its own, smaller limit. */
/**
 * Seconds that a connection may be quiet. Proxies and clients keep theirs for a minute or so, and one that is closed in the moment in
 * which the next request goes into it is a request without an answer; the default, 30, also cuts off what takes longer to answer.
 */
const serve = { development: false, idleTimeout: 120 } as const;
const socketLimits = { maxPayloadLength: 8_500_000, idleTimeout: 60, backpressureLimit: 32_000_000 } as const;
/** Far over the largest body: ours is the answer to one that is too large, given from its length before any of it is read. */
const bodyCeiling = 512_000_000;

/** Makes a value the first time somebody asks. */
function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const verbs = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** The whole server, unstarted: `handle` answers a Request, `listen` opens the port (sockets need it). */
export function createApp(deps: Deps) {
  const trpc = createTrpcRoute(deps);
  const rest = createRestRoute(deps);
  const upgrades = createUpgrades(deps);
  const files = createStaticFiles(clientFolder);
  // Loaded when somebody looks: its generator is a tenth of the start.
  const made = once(async () => (await import("./http/openApi.ts")).createOpenApiDocument());
  const openApi = once(async () => JSON.stringify(await made()));
  const docs = once(async () => renderDocs(await made()));

  type Incoming = { request: Request; server: UpgradeServer | null };
  const peerOf = ({ request, server }: Incoming) => server?.requestIP(request)?.address ?? null;
  const text = (content: string, type: string) =>
    new Response(content, { headers: { "content-type": type, "cache-control": "no-cache" } });

  const app = new Elysia({ serve: { ...serve, maxRequestBodySize: bodyCeiling }, websocket: socketLimits })
    .onRequest(({ request, set }) => {
      Object.assign(set.headers, securityHeaders(hostOf(request.headers, deps.origins)));
    })
    .onError(({ code, error, request }) => {
      const isNoRoute = code === "NOT_FOUND" || code === "PARSE";
      const cause = isNoRoute ? new AppError("not_found", "There is no such address.") : error;
      const { pathname } = new URL(request.url);
      return errorResponse(cause, { requestId: crypto.randomUUID(), log: deps.log, path: pathname });
    })
    .get("/health", () => healthResponse(deps))
    .get("/health/ready", () => healthResponse(deps))
    .get("/health/live", alive)
    .get("/ws/:workflowId", async (incoming) => {
      const id = workflowId.safeParse(incoming.params.workflowId);
      if (!id.success) throw new AppError("not_found", "There is no such workflow.");
      return upgrades.toDocument({ ...incoming, peer: peerOf(incoming) }, id.data);
    })
    .get(trpcPrefix, (incoming) => upgrades.toTrpc({ ...incoming, peer: peerOf(incoming) }))
    .get(`${restPrefix}/openapi.json`, async () => text(await openApi(), "application/json"))
    .get(`${restPrefix}/docs`, async () => text(await docs(), "text/html; charset=utf-8"));

  // Registered one by one and unparsed: a catch-all method loses against GET /*, and bodies are read behind our own limits.
  // Each names what it takes: for a handler that takes the whole context Elysia parses cookies, query and headers too.
  for (const method of ["GET", "POST"] as const) {
    app.route(
      method,
      `${trpcPrefix}/*`,
      ({ request, server }: Incoming) => trpc(request, peerOf({ request, server })),
      {
        parse: "none",
      },
    );
  }
  for (const method of verbs) {
    app.route(
      method,
      `${restPrefix}/*`,
      ({ request, server }: Incoming) => rest(request, peerOf({ request, server })),
      {
        parse: "none",
      },
    );
  }
  return app.get("/", ({ request }) => files(request)).get("/*", ({ request }) => files(request));
}

export type App = ReturnType<typeof createApp>;

/** What a process that only runs executions shows: whether it lives. */
export function createWorkerApp(deps: Pick<Deps, "health" | "log">) {
  return new Elysia({ serve })
    .onError(({ error, request }) => {
      const { pathname } = new URL(request.url);
      return errorResponse(error, { requestId: crypto.randomUUID(), log: deps.log, path: pathname });
    })
    .get("/health", () => healthResponse(deps))
    .get("/health/ready", () => healthResponse(deps))
    .get("/health/live", alive)
    .all("/*", () => {
      throw new AppError("not_found", "This process runs executions and serves only /health.");
    });
}

async function healthResponse(deps: Pick<Deps, "health">): Promise<Response> {
  const health = await deps.health();
  return Response.json(health, { status: isReady(health) ? 200 : 503, headers: { "cache-control": "no-store" } });
}

/** Asks nobody: a process must not be ended because something else is away. */
const alive = (): Response => Response.json({ status: "alive" }, { headers: { "cache-control": "no-store" } });
