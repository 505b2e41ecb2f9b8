import { AppError } from "#src/errors.ts";

/** Keys that name a prototype. Nothing of ours is called so, and a merge somewhere might obey them. */
const refusedKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const deepest = 100;

const bad = (message: string) => new AppError("bad_request", message);

/** Refuses prototype keys and values nested too deep, wherever they are. Errors: bad_request with the place. */
export function requireInert(value: unknown): void {
  const open: { value: unknown; path: string; depth: number }[] = [{ value, path: "", depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: inner, path, depth } = next;
    if (typeof inner !== "object" || inner === null) continue;
    if (depth > deepest) throw bad(`The request is nested deeper than ${deepest} levels.`);
    for (const key of Object.keys(inner)) {
      const place = path === "" ? key : `${path}.${key}`;
      if (refusedKeys.has(key)) {
        throw new AppError("bad_request", `The key “${key}” is not allowed.`, {
          detail: { path: place.slice(0, 200) },
        });
      }
      open.push({ value: (inner as Record<string, unknown>)[key], path: place, depth: depth + 1 });
    }
  }
}

function parse(text: string, where: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    requireInert(value);
    return value;
  } catch (error) {
    throw error instanceof AppError ? error : bad(`${where} is not JSON.`);
  }
}

/** A body whose length the client has told, which the server has held it to: read in one piece, at a quarter of a stream's cost. */
async function readWhole(request: Request, limit: number): Promise<string> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > limit) throw tooLarge(limit);
  return wholeText.decode(bytes);
}
const wholeText = new TextDecoder("utf-8", { fatal: true });

/** A body of unknown length: counted as it comes. */
async function readPieces(body: ReadableStream<Uint8Array>, limit: number): Promise<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const tooLarge = (limit: number) =>
  new AppError("payload_too_large", `The body is larger than ${Math.round(limit / 1_000)} kB.`, { detail: { limit } });

async function readText(request: Request, limit: number): Promise<string> {
  const { headers } = request;
  const length = headers.get("content-length");
  if (Number(length ?? 0) > limit) throw tooLarge(limit);
  try {
    if (length !== null && !headers.has("transfer-encoding")) return await readWhole(request, limit);
    return request.body === null ? "" : await readPieces(request.body, limit);
  } catch (error) {
    throw error instanceof AppError ? error : bad("The body is not UTF-8.");
  }
}

/**
 * The JSON text of a body: at most `limit` bytes, UTF-8, not compressed, inert. An empty body is null.
 * Errors: bad_request, payload_too_large.
 */
export async function readJsonBody(request: Request, limit: number): Promise<{ text: string; value: unknown } | null> {
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity") throw bad("Compressed bodies are not taken.");
  const text = await readText(request, limit);
  if (text === "") return null;
  // Also what makes a plain HTML form useless against us: a form cannot send this type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) {
    throw bad("The body must be application/json.");
  }
  return { text, value: parse(text, "The body") };
}

/** The `input` of a tRPC query, which travels as JSON in the address. Errors: bad_request. */
export function requireInertQuery(url: URL): void {
  for (const [key, value] of url.searchParams) {
    if (refusedKeys.has(key)) throw bad(`The key “${key}” is not allowed.`);
    if (key === "input") parse(value, "The query's input");
  }
}
