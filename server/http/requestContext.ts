import type { Logger } from "pino";
import type { Services } from "#server/services/services.ts";
import type { Sessions } from "#server/services/sessions.ts";
import type { Context } from "#server/trpc/context.ts";
import type { Trigger } from "#src/schemas/principal.ts";
import type { OriginRules } from "./origin.ts";

export interface EdgeDeps {
  readonly services: Services;
  readonly sessions: Sessions;
  readonly log: Logger;
  readonly origins: OriginRules;
}

/** Who speaks. Behind a trusted proxy the last address it has added counts, never what the client wrote before it. */
export function addressOf(headers: Headers, peer: string | null, trustProxy: boolean): string {
  const forwarded = trustProxy ? headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return forwarded || peer || "unknown";
}

export interface RequestContext {
  readonly context: Context;
  /** Set-Cookie values that the answer must carry. */
  readonly cookies: readonly string[];
}

/** Signs the request in by its cookie. Errors: unavailable when the sessions cannot be read. */
export async function contextOf(
  deps: EdgeDeps,
  request: { headers: Headers; peer: string | null; triggerKind: Trigger["kind"] },
): Promise<RequestContext> {
  const cookies: string[] = [];
  const token = deps.sessions.readToken(request.headers.get("cookie"));
  const resolved = token === null ? null : await deps.sessions.resolve(token);
  if (resolved?.renewedCookie) cookies.push(resolved.renewedCookie);
  const context: Context = {
    requestId: crypto.randomUUID(),
    caller: { address: addressOf(request.headers, request.peer, deps.origins.trustProxy) },
    actor: resolved?.actor ?? null,
    services: deps.services,
    log: deps.log,
    triggerKind: request.triggerKind,
    // A socket's or a batch's headers would name many requests at once.
    idempotencyKey: request.triggerKind === "api" ? request.headers.get("idempotency-key") : null,
    setCookie: (value) => void cookies.push(value),
  };
  return { context, cookies };
}
