import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};
const encodings = [
  { name: "br", extension: ".br" },
  { name: "gzip", extension: ".gz" },
] as const;

interface StaticFile {
  readonly path: string;
  readonly type: string;
  /** Content-Encoding of each variant beside it, best first. */
  readonly variants: readonly { readonly name: string; readonly path: string }[];
  /** Its name has a hash of what is in it. */
  readonly isHashed: boolean;
}

/** What the build left, by address. A request can only name an entry: no path is ever made from an address. */
async function listFiles(folder: string): Promise<ReadonlyMap<string, StaticFile>> {
  const entries: Dirent[] = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const addresses = new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [`/${relative(folder, path).split(sep).join("/")}`, path]),
  );
  const files = new Map<string, StaticFile>();
  for (const [address, path] of addresses) {
    const type = types[extname(address)];
    if (type === undefined || address.split("/").some((part) => part.startsWith("."))) continue;
    const variants = encodings.flatMap(({ name, extension }) => {
      const variant = addresses.get(address + extension);
      return variant === undefined ? [] : [{ name, path: variant }];
    });
    files.set(address, { path, type, variants, isHashed: address.startsWith("/assets/") });
  }
  return files;
}

const accepts = (header: string | null, encoding: string) =>
  header?.split(",").some((part) => part.trim().split(";")[0]?.trim() === encoding) ?? false;

/** The next build took it away a moment ago. */
function gone(error: unknown): Response {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  return new Response("Not found", { status: 404 });
}

interface Build {
  /** Tells one build from the next; null while there is none. */
  readonly mark: string | null;
  readonly files: ReadonlyMap<string, StaticFile>;
}

/** A build writes its page anew and puts files beside the others: two looks say whether the list still holds. */
async function markOf(folder: string): Promise<string | null> {
  const [page, assets] = await Promise.all(
    [join(folder, "index.html"), join(folder, "assets")].map((path) => stat(path).catch(() => null)),
  );
  return page == null ? null : `${page.mtimeMs}:${page.ino}:${assets?.mtimeMs ?? 0}`;
}

/**
 * Serves the built client; any other address of a page is the client's own (its router decides). The build may be replaced
 * while the server runs: it is looked at again when a page is asked for, or an address that it does not have.
 */
export function createStaticFiles(folder: string) {
  let build: Promise<Build> | null = null;

  async function list(): Promise<Build> {
    const mark = await markOf(folder);
    return { mark, files: await listFiles(folder) };
  }

  async function newest(): Promise<Build> {
    const listed = build;
    if (listed !== null) {
      const { mark } = await listed;
      if (mark !== null && mark === (await markOf(folder))) return listed;
    }
    // Of many requests that find it changed, one lists it.
    if (build === listed) build = list();
    return build ?? list();
  }

  async function serve(file: StaticFile, request: Request): Promise<Response> {
    const accepted = request.headers.get("accept-encoding");
    const variant = file.variants.find(({ name }) => accepts(accepted, name));
    const headers = new Headers({
      "content-type": file.type,
      "cache-control": file.isHashed ? "public, max-age=31536000, immutable" : "no-cache",
      vary: "accept-encoding",
    });
    if (variant !== undefined) headers.set("content-encoding", variant.name);
    const content = request.method === "HEAD" ? null : new Uint8Array(await readFile(variant?.path ?? file.path));
    return new Response(content, { headers });
  }

  return async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    // What a hash names never changes.
    const hashed = (await build)?.files.get(pathname);
    if (hashed?.isHashed) return serve(hashed, request).catch(gone);
    const { files } = await newest();
    const file = files.get(pathname);
    if (file !== undefined) return serve(file, request).catch(gone);
    const page = files.get("/index.html");
    if (page === undefined) return new Response("The client is not built: npm run build", { status: 503 });
    // A missing script must not be answered with a page.
    if (extname(pathname) !== "") return new Response("Not found", { status: 404 });
    return serve(page, request).catch(gone);
  };
}
