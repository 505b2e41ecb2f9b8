import { callTRPCProcedure } from "@trpc/server";
import { z } from "zod";
import { accessOf, bodyLimitOf, procedures } from "#server/trpc/access.ts";
import { appRouter } from "#server/trpc/router.ts";
import { AppError } from "#src/errors.ts";
import { isJsonObject } from "#src/json.ts";
import { decoded } from "./address.ts";
import { errorResponse } from "./answer.ts";
import { readJsonBody, requireInertQuery } from "./body.ts";
import { requireOwnOrigin } from "./origin.ts";
import { contextOf, type EdgeDeps } from "./requestContext.ts";

export const restPrefix = "/api";

interface RestProcedure {
  readonly path: string;
  readonly type: "query" | "mutation";
  readonly method: string;
  /** Segments of the address; `{name}` is a parameter. */
  readonly segments: readonly string[];
  /** Fields that are lists: in an address, one value is a list of one. */
  readonly lists: ReadonlySet<string>;
  /** A procedure without input gets none, whatever the address carries. */
  readonly takesInput: boolean;
}

const segmentsOf = (path: string) => path.split("/").filter((segment) => segment !== "");

function listFields(schema: unknown): string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const inner = field instanceof z.ZodOptional ? field.unwrap() : field;
    return inner instanceof z.ZodArray ? [name] : [];
  });
}

/** The procedures with an `openapi` in their meta: the same that the OpenAPI document names. */
export function restProcedures(): RestProcedure[] {
  return [...procedures].flatMap(([path, { meta, type, input }]) => {
    if (meta.openapi === undefined || type === "subscription") return [];
    const { method, path: address } = meta.openapi;
    const takesInput = !(input instanceof z.ZodVoid);
    return [{ path, type, method, segments: segmentsOf(address), lists: new Set(listFields(input)), takesInput }];
  });
}

/** Names and values of the parameters of an address with as many segments; null when it is another procedure's. */
function match(procedure: RestProcedure, segments: readonly string[]): Record<string, string> | null {
  const parameters: Record<string, string> = {};
  for (const [index, pattern] of procedure.segments.entries()) {
    const segment = segments[index] ?? "";
    if (pattern.startsWith("{")) parameters[pattern.slice(1, -1)] = segment;
    else if (pattern !== segment) return null;
  }
  return parameters;
}

function queryOf(url: URL, lists: ReadonlySet<string>): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    const [first] = values;
    query[name] = values.length === 1 && first !== undefined && !lists.has(name) ? first : values;
  }
  return query;
}

async function inputOf(
  request: Request,
  url: URL,
  found: { procedure: RestProcedure; parameters: Record<string, string> },
) {
  const { procedure, parameters } = found;
  if (!procedure.takesInput) return undefined;
  const named = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, decoded(value)]));
  if (request.method === "GET" || request.method === "DELETE") {
    requireInertQuery(url);
    return { ...queryOf(url, procedure.lists), ...named };
  }
  const read = await readJsonBody(request, bodyLimitOf([procedure.path]));
  const body = read === null ? {} : read.value;
  if (!isJsonObject(body)) throw new AppError("bad_request", "The body must be a JSON object.");
  for (const name of Object.keys(named)) {
    if (Object.hasOwn(body, name)) throw new AppError("bad_request", `“${name}” stands in the address already.`);
  }
  return { ...body, ...named };
}

/**
 * REST: each address calls the procedure that names it, with the same checks as tRPC. The document at /api/openapi.json comes
 * from trpc-to-openapi; its request handler is not used, because it switches coercion on in our schemas at the first request.
 */
export function createRestRoute(deps: EdgeDeps) {
  const placeOf = (method: string, segments: readonly string[]) => `${method} ${segments.length}`;
  const known = Map.groupBy(restProcedures(), ({ method, segments }) => placeOf(method, segments));
  const find = (method: string, segments: readonly string[]) => {
    for (const procedure of known.get(placeOf(method, segments)) ?? []) {
      const parameters = match(procedure, segments);
      if (parameters !== null) return { procedure, parameters };
    }
    return null;
  };

  return async (request: Request, peer: string | null): Promise<Response> => {
    const url = new URL(request.url);
    let requestId = "";
    try {
      if (request.method !== "GET" && request.method !== "HEAD") requireOwnOrigin(request.headers, deps.origins);
      const { context, cookies } = await contextOf(deps, { headers: request.headers, peer, triggerKind: "api" });
      requestId = context.requestId;
      const found = find(request.method, segmentsOf(url.pathname.slice(restPrefix.length)));
      const access = found === null ? null : accessOf(found.procedure.path);
      if (context.actor === null && access !== "public") throw new AppError("unauthenticated", "Sign in first.");
      if (found === null) throw new AppError("not_found", "There is no such address. See /api/docs.");
      const input = await inputOf(request, url, found);
      const value: unknown = await callTRPCProcedure({
        router: appRouter,
        path: found.procedure.path,
        type: found.procedure.type,
        getRawInput: async () => input,
        ctx: context,
        signal: request.signal,
        batchIndex: 0,
      });
      const headers = new Headers({ "cache-control": "no-store" });
      for (const cookie of cookies) headers.append("set-cookie", cookie);
      return Response.json(value, { headers });
    } catch (error) {
      return errorResponse(error, { requestId: requestId || crypto.randomUUID(), log: deps.log, path: url.pathname });
    }
  };
}
