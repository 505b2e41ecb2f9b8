import { AppError } from "#src/errors.ts";

/**
 * The one door to the network. First version: it opens only to origins that the operator has configured (the base URLs
 * of the model providers), so no address in it comes from a workflow. Addresses from workflows need resolving, checking
 * and pinning before they may pass here.
 */
export interface Egress {
  /**
   * Fetches from an allowed origin. Throws AppError `forbidden` for another scheme or origin, for credentials in the
   * address, and for an answer that redirects: it is never followed, so no key leaves for a third host.
   */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
}

const isHttp = (url: URL): boolean => url.protocol === "http:" || url.protocol === "https:";

function originOf(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch (error) {
    throw new AppError("config_invalid", "An allowed address is no URL.", { cause: error });
  }
  if (!isHttp(url))
    throw new AppError("config_invalid", `An allowed address must be http or https, not ${url.protocol}`);
  return url.origin;
}

/** `allowed` are addresses; their scheme, host and port count, their paths do not. */
export function createEgress({ allowed }: { readonly allowed: readonly string[] }): Egress {
  const origins = new Set(allowed.map(originOf));
  return {
    async fetch(input, init) {
      const address = input instanceof Request ? input.url : String(input);
      const url = URL.canParse(address) ? new URL(address) : undefined;
      // `blob:https://host/x` has the origin of the host, too.
      const isAllowed = url !== undefined && isHttp(url) && origins.has(url.origin);
      if (!isAllowed || url.username !== "" || url.password !== "")
        throw new AppError("forbidden", `Connections to ${url?.host ?? "that address"} are not allowed here.`);
      const response = await fetch(input, { ...init, redirect: "manual" });
      if (response.status < 300 || response.status >= 400) return response;
      await response.body?.cancel();
      throw new AppError("forbidden", `${url.host} redirects elsewhere; redirects are not followed.`);
    },
  };
}
