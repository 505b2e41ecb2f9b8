import { AppError } from "#src/errors.ts";

export interface OriginRules {
  /** The address people type, when it is known; its origin is ours too. */
  readonly publicUrl: string | null;
  readonly trustProxy: boolean;
}

const foreign = () => new AppError("forbidden", "This request comes from another site.");

/** The host that the client asked for. */
export function hostOf(headers: Headers, rules: OriginRules): string | null {
  const forwarded = rules.trustProxy ? headers.get("x-forwarded-host")?.split(",").at(-1)?.trim() : undefined;
  return forwarded || headers.get("host");
}

function isOwn(origin: string, headers: Headers, rules: OriginRules): boolean {
  if (!URL.canParse(origin)) return false; // "null" too
  const { protocol, host, origin: canonical } = new URL(origin);
  if (rules.publicUrl !== null && canonical === new URL(rules.publicUrl).origin) return true;
  return (protocol === "http:" || protocol === "https:") && host === hostOf(headers, rules)?.toLowerCase();
}

/**
 * For requests that change something. A browser always says where it comes from; a client that says nothing is none, and has no
 * cookie of somebody else's. Errors: forbidden.
 */
export function requireOwnOrigin(headers: Headers, rules: OriginRules): void {
  const origin = headers.get("origin");
  if (origin !== null) {
    if (!isOwn(origin, headers, rules)) throw foreign();
    return;
  }
  const site = headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin" && site !== "none") throw foreign();
}

/** For sockets, which no same-origin policy guards: with a cookie, the Origin must be there and be ours. Errors: forbidden. */
export function requireOwnSocketOrigin(headers: Headers, rules: OriginRules): void {
  const origin = headers.get("origin");
  if (origin === null ? headers.has("cookie") : !isOwn(origin, headers, rules)) throw foreign();
}
