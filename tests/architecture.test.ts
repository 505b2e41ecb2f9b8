// The house rules as code. When one hurts, redesign what it points at; do not raise a ceiling.
import { describe, expect, test } from "bun:test";
import { type Import, readSources, type Source } from "./support/architecture/sources.ts";

const product = readSources("src", "db", "server", "client");
const everything = [...product, ...readSources("tests", "bench")];
const room = (path: string) => path.split("/")[0] ?? "";
const own = (source: Source) => source.imports.filter((i): i is Import & { path: string } => i.path !== null);

/** Paths (or folders, ending in /) that may do what a rule forbids, each with its reason. */
function offenders(
  sources: readonly Source[],
  breaks: (source: Source) => boolean,
  allowed: Readonly<Record<string, string>> = {},
) {
  const doors = Object.keys(allowed);
  const free = (path: string) => doors.some((door) => (door.endsWith("/") ? path.startsWith(door) : path === door));
  return sources.filter((source) => !free(source.path) && breaks(source)).map((source) => source.path);
}
const importsPackage =
  (...names: string[]) =>
  (source: Source) =>
    source.imports.some((i) => names.some((name) => i.specifier === name || i.specifier.startsWith(`${name}/`)));

describe("direction", () => {
  const mayImport: Readonly<Record<string, readonly string[]>> = {
    src: ["src"],
    db: ["db", "src"],
    server: ["server", "db", "src"],
    client: ["client", "src"],
  };

  test("server -> db -> src <- client", () => {
    const wrong = product.flatMap((source) =>
      own(source)
        .filter((i) => !(mayImport[room(source.path)] ?? []).includes(room(i.path)))
        .filter((i) => !(room(source.path) === "client" && i.typeOnly && i.path === "server/trpc/router.ts"))
        .map((i) => `${source.path} -> ${i.path}`),
    );
    expect(wrong).toEqual([]);
  });

  test("src imports only small pure packages", () => {
    const pure = ["zod", "yjs", "jsonata", "re2js", "papaparse"];
    const wrong = product
      .filter((s) => room(s.path) === "src")
      .flatMap((s) =>
        s.imports
          .filter((i) => i.path === null && !pure.some((p) => i.specifier === p || i.specifier.startsWith(`${p}/`)))
          .map((i) => `${s.path} -> ${i.specifier}`),
      );
    expect(wrong).toEqual([]);
  });

  test("schemas know nothing above them, and definitions do not reach into the engine's effects", () => {
    const layers: Readonly<Record<string, readonly string[]>> = {
      "src/schemas/": ["src/schemas/", "src/json.ts", "src/errors.ts", "src/ids.ts"],
      "src/expressions/": ["src/expressions/", "src/schemas/", "src/json.ts", "src/errors.ts"],
      "src/graph/": [
        "src/graph/",
        "src/expressions/",
        "src/schemas/",
        "src/agents/",
        "src/json.ts",
        "src/errors.ts",
        "src/ids.ts",
      ],
      "src/document/": [
        "src/document/",
        "src/graph/",
        "src/expressions/",
        "src/schemas/",
        "src/agents/",
        "src/json.ts",
        "src/errors.ts",
        "src/ids.ts",
      ],
    };
    const wrong = Object.entries(layers).flatMap(([layer, allowed]) =>
      product
        .filter((s) => s.path.startsWith(layer))
        .flatMap((s) =>
          own(s)
            .filter((i) => !allowed.some((a) => i.path.startsWith(a)))
            .map((i) => `${s.path} -> ${i.path}`),
        ),
    );
    expect(wrong).toEqual([]);
  });

  test("the client never bundles an agent's effects", () => {
    const wrong = product
      .filter((s) => room(s.path) === "client")
      .flatMap((s) =>
        own(s)
          .filter((i) => /\/execute\.ts$|executors\.ts$/.test(i.path))
          .map((i) => `${s.path} -> ${i.path}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe("shape", () => {
  test("no import cycles", () => {
    const byPath = new Map(everything.map((s) => [s.path, s]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
        return;
      }
      if (done.has(path)) return;
      const source = byPath.get(path);
      if (source) for (const i of own(source)) if (!i.typeOnly) visit(i.path, [...trail, path]);
      done.add(path);
    };
    for (const source of everything) visit(source.path, []);
    expect(cycles).toEqual([]);
  });

  test("no file is longer than 400 lines", () => {
    expect(everything.filter((s) => s.lines > 400).map((s) => `${s.path}: ${s.lines}`)).toEqual([]);
  });

  test("no barrels, except the schema that Drizzle wants in one module", () => {
    expect(
      offenders(everything, (s) => s.barrel, { "db/schema/index.ts": "drizzle-kit and drizzle() take one module" }),
    ).toEqual([]);
  });

  test("own modules are imported with their extension", () => {
    const wrong = everything.flatMap((s) =>
      own(s)
        .filter((i) => !/\.\w+$/.test(i.path))
        .map((i) => `${s.path} -> ${i.specifier}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("single doors", () => {
  test("the canvas library is known to client/canvas only", () => {
    expect(offenders(product, importsPackage("@xyflow/react"), { "client/canvas/": "the canvas" })).toEqual([]);
  });

  test("atoms are made in client/stores only", () => {
    const makesAtoms = (s: Source) =>
      s.imports.some((i) => /^jotai/.test(i.specifier) && i.names.some((n) => /^atom/.test(n)));
    expect(offenders(product, makesAtoms, { "client/stores/": "client state" })).toEqual([]);
  });

  test("SQL and its libraries stay in db", () => {
    expect(
      offenders(product, importsPackage("drizzle-orm", "postgres", "@electric-sql/pglite"), { "db/": "the database" }),
    ).toEqual([]);
  });

  test("the HTTP framework stays at the edge", () => {
    const allowed = { "server/app.ts": "the app", "server/http/": "its routes", "server/realtime/": "its sockets" };
    expect(offenders(product, importsPackage("elysia"), allowed)).toEqual([]);
  });

  test("the environment is read in server/env.ts only", () => {
    const allowed = {
      "server/env.ts": "the only reader",
      "server/launch/": "runs before there is anything to configure",
    };
    expect(
      offenders(product, (s) => /process\.env|Bun\.env|import\.meta\.env\.(?!DEV|PROD|MODE)/.test(s.text), allowed),
    ).toEqual([]);
  });
});

describe("security", () => {
  const server = product.filter((s) => room(s.path) !== "client" && !s.path.startsWith("server/launch/"));

  test("every outbound connection goes through the egress module", () => {
    const reaches = (s: Source) =>
      /(?<![.\w])fetch\(|globalThis\.fetch|Bun\.connect/.test(s.text) ||
      importsPackage("node:net", "node:http", "node:https", "node:tls", "undici", "axios")(s);
    const allowed = {
      "server/adapters/egress.ts": "the egress module",
      "db/poolSockets.ts": "the database, where its driver would connect itself",
    };
    expect(offenders(server, reaches, allowed)).toEqual([]);
  });

  test("nothing evaluates text as code or starts a process", () => {
    const evaluates = (s: Source) =>
      /(?<![.\w])eval\(|new Function\(|Bun\.spawn|Bun\.\$/.test(s.text) ||
      importsPackage("node:vm", "node:child_process")(s);
    expect(offenders(server, evaluates)).toEqual([]);
  });

  test("raw SQL has the migrations for a door, raw HTML none", () => {
    const allowed = { "db/migrate.ts": "runs the statements of drizzle/, which ship with the release" };
    expect(
      offenders(product, (s) => /sql\.raw\(|dangerouslySetInnerHTML|\.innerHTML\s*=/.test(s.text), allowed),
    ).toEqual([]);
  });
});
