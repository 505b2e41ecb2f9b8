import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { gzipSync } from "node:zlib";
import { echoGraph } from "#tests/support/graphs.ts";
import { openTestServer, type TestClient, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
let owner: TestClient;
beforeAll(async () => {
  server = await openTestServer();
  owner = await server.owner();
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly code: string;
  readonly text: string;
}

async function send(client: TestClient, path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await client.fetch(path, init);
  const text = await answer.text();
  let code = "ok";
  try {
    const { error } = JSON.parse(text) as { error?: { code: string; data?: { code: string } } };
    code = error?.data?.code ?? error?.code ?? "ok";
  } catch {
    code = "not json";
  }
  return { status: answer.status, code, text };
}

const json = { "content-type": "application/json" };
const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = json) =>
  send(owner, path, { method: "POST", body, headers });

describe("A01, H11: nobody reaches a protected address without a session", () => {
  const canary = '{"name":"canary","graph":{"nodes":[';

  test("the body of who must sign in first is not read", async () => {
    for (const path of [
      "/trpc/workflows.create",
      "/api/workflows",
      "/trpc/workflows.update,workflows.create?batch=1",
    ]) {
      let wasRead = false;
      const body = new ReadableStream(
        {
          pull(controller) {
            wasRead = true;
            controller.enqueue(new TextEncoder().encode(canary));
            controller.close();
          },
        },
        { highWaterMark: 0 },
      );
      const request = new Request(`http://localhost${path}`, { method: "POST", headers: json, body });
      const answer = await server.app.handle(request);
      expect([path, answer.status, wasRead]).toEqual([path, 401, false]);
    }
  });

  test("no spelling of an address goes around the session", async () => {
    const tricks = [
      "/api//workflows",
      "/api/./workflows",
      "/api/public/../workflows",
      "/api/%2e%2e/api/workflows",
      "/api/workflows;a",
      "/api/WORKFLOWS",
      "/api/workflows/",
      "/api/workflows?x=/api/auth/status",
      "/api/auth/status/../../workflows",
      "/trpc/workflows.list?x=auth.status",
      "/trpc/auth.status,workflows.list?batch=1",
    ];
    for (const path of tricks) {
      const { text } = await send(server.client(), path);
      expect([path, text.includes("nextCursor")]).toEqual([path, false]);
    }
  });
});

describe("bad bodies", () => {
  test("not JSON, not an object, not UTF-8, no type, compressed: refused with 400 in the one shape", async () => {
    const bodies: [string | Uint8Array<ArrayBuffer>, Record<string, string>][] = [
      ["{", json],
      ["[]", json],
      ['"text"', json],
      [new Uint8Array([0xff, 0xfe, 0x7b]), json],
      ['{"name":"x"}', { "content-type": "text/plain" }],
      ["name=x", { "content-type": "application/x-www-form-urlencoded" }],
      [new Uint8Array(gzipSync('{"name":"x"}')), { ...json, "content-encoding": "gzip" }],
    ];
    for (const [body, headers] of bodies) {
      const { status, code, text } = await post("/api/workflows", body, headers);
      expect([status, code]).toEqual([400, "bad_request"]);
      expect(JSON.parse(text)).toMatchObject({ error: { retryable: false, requestId: expect.any(String) } });
      expect(text).not.toMatch(/node_modules|\.ts:|select |at \w+ \(/);
    }
  });

  test("a body over the limit is refused before it is whole, and a graph has a larger one", async () => {
    const large = JSON.stringify({ input: "x".repeat(1_100_000) });
    const { items } = await owner.trpc.workflows.list.query({});
    expect(await post(`/api/workflows/${items[0]?.id}/execute`, large)).toMatchObject({
      status: 413,
      code: "payload_too_large",
    });
    expect(await post("/trpc/workflows.execute", large)).toMatchObject({ status: 413, code: "payload_too_large" });
    const description = { name: "x", description: "x".repeat(1_100_000) };
    expect(await post("/api/workflows", JSON.stringify(description))).toMatchObject({ status: 400 });
    const huge = JSON.stringify({ name: "x", description: "x".repeat(5_100_000) });
    expect(await post("/api/workflows", huge)).toMatchObject({ status: 413, code: "payload_too_large" });
  });

  test("a body nested ten thousand deep is refused", async () => {
    const deep = `{"input":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
    const { items } = await owner.trpc.workflows.list.query({});
    expect(await post(`/api/workflows/${items[0]?.id}/execute`, deep)).toMatchObject({ status: 400 });
  });

  test("a batch is bounded", async () => {
    const paths = Array.from({ length: 25 }, () => "agents.models").join(",");
    expect((await send(owner, `/trpc/${paths}?batch=1&input=%7B%7D`)).status).toBe(400);
  });
});

describe("E03: unknown keys", () => {
  test("no create or update takes a key that it does not know", async () => {
    const { id } = await owner.trpc.workflows.create.mutate({ name: "Keys" });
    for (const key of ["id", "workspaceId", "ownerId", "role", "isPublic", "createdAt", "published", "createdBy"]) {
      const created = await post("/api/workflows", JSON.stringify({ name: "x", [key]: "x" }));
      expect([key, created.code]).toEqual([key, "bad_request"]);
      if (key === "id") continue;
      const body = JSON.stringify({ name: "x", [key]: "x" });
      const updated = await send(owner, `/api/workflows/${id}`, { method: "PUT", headers: json, body });
      expect([key, updated.code]).toEqual([key, "bad_request"]);
      expect((await send(owner, `/api/workflows?${key}=x`)).code).toBe("bad_request");
    }
  });
});

describe("K01: keys that name a prototype", () => {
  test("they are refused wherever they stand, and nothing is polluted", async () => {
    const { id } = await owner.trpc.workflows.create.mutate({ name: "Proto", graph: echoGraph() as never });
    const bodies = [
      '{"input":{"__proto__":{"polluted":1}}}',
      '{"input":[{"a":{"constructor":{"prototype":{"polluted":1}}}}]}',
      '{"input":{"\\u005f_proto__":{"polluted":1}}}',
      '{"__proto__":{"polluted":1}}',
      '{"input":{"prototype":1}}',
    ];
    for (const body of bodies) {
      expect([body, (await post(`/api/workflows/${id}/execute`, body)).code]).toEqual([body, "bad_request"]);
    }
    const query = encodeURIComponent('{"0":{"__proto__":{"polluted":1}}}');
    expect((await send(owner, `/trpc/workflows.list?batch=1&input=${query}`)).code).toBe("bad_request");
    expect((await send(owner, "/api/workflows?__proto__=1")).code).toBe("bad_request");
    const headers = { cookie: `__proto__=x; constructor=y; ${owner.cookie()}` };
    const answer = await server.app.handle(new Request("http://localhost/api/workspace", { headers }));
    expect(answer.status).toBe(200);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("D01, J01: names that would be paths or SQL", () => {
  const corpus = [
    "../x",
    "..%2fx",
    "%252e%252e",
    "..\\x",
    "/etc/passwd",
    "%00",
    "%c0%ae%c0%ae",
    "x'--",
    'x"',
    "`x`",
    "x]",
  ];

  test("an id that is none of ours is refused by its form", async () => {
    for (const id of corpus) {
      const { status, code } = await send(owner, `/api/workflows/${encodeURIComponent(id)}`);
      expect([id, status, code]).toEqual([id, 400, "bad_request"]);
    }
    for (const path of corpus) {
      const { text } = await send(server.client(), `/assets/${path}`);
      expect(text).not.toContain("root:");
    }
    for (const path of ["/api/workflows/%", "/trpc/%"]) {
      expect([400, 404]).toContain((await send(owner, path)).status);
    }
  });

  test("an order and a cursor are only what the list itself made", async () => {
    for (const sort of ["updated_at", "name; drop table workflows", 'name"', "__proto__", "constructor"]) {
      expect((await send(owner, `/api/workflows?sort=${encodeURIComponent(sort)}`)).code).toBe("bad_request");
    }
    const forged = [[1, "x'--"], ["2020", "wf"], [1e300, "wf"], [], [null, null], [1, "wf", 2]].map((value) =>
      Buffer.from(JSON.stringify(value)).toString("base64url"),
    );
    for (const cursor of [...forged.slice(1), "%%%", "e30"]) {
      expect((await send(owner, `/api/workflows?cursor=${encodeURIComponent(cursor)}`)).code).toBe("bad_request");
    }
    expect((await send(owner, `/api/workflows?cursor=${forged[0]}`)).code).toBe("ok");
  });
});

describe("L01: texts that make a pattern slow", () => {
  test("no string field takes longer than its length deserves", async () => {
    const slow = [
      "http://a".repeat(32_768),
      `${"a".repeat(50_000)}!`,
      `${"9".repeat(50_000)}-`,
      "2020-01-01T00:00:00".repeat(5_000),
      " ".repeat(60_000),
      "wf_".repeat(20_000),
    ];
    const calls = slow.flatMap((text) => [
      () => post("/api/workflows", JSON.stringify({ name: text })),
      () => post("/api/auth/sign-in", JSON.stringify({ username: text, password: "x" })),
      () => post("/trpc/executions.cancel", JSON.stringify({ id: text })),
      () => post("/trpc/auth.signUp", JSON.stringify({ token: text, username: text, password: text })),
    ]);
    for (const call of calls) expect((await call()).code).toBe("bad_request");
  });
});

describe("G01: another site", () => {
  const foreign = [
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://localhost.evil.example" },
    { origin: "http://localhost:81" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];

  test("cannot change anything, by tRPC or REST, with any content type", async () => {
    for (const headers of foreign) {
      for (const path of ["/api/workflows", "/trpc/workflows.create", "/trpc/workflows.create?batch=1"]) {
        for (const type of ["application/json", "text/plain", "application/x-www-form-urlencoded"]) {
          const { status } = await post(path, '{"name":"evil"}', { ...headers, "content-type": type } as never);
          expect([path, type, headers, status]).toEqual([path, type, headers, 403]);
        }
      }
    }
    expect((await owner.trpc.workflows.list.query({ search: "evil" })).items).toEqual([]);
  });

  test("a mutation is no GET, whatever its input", async () => {
    const input = encodeURIComponent('{"name":"evil"}');
    expect((await send(owner, `/trpc/workflows.create?input=${input}`)).code).toBe("bad_request");
  });

  test("the own origin and a client that is no browser may", async () => {
    for (const headers of [{ origin: "http://localhost" }, { "sec-fetch-site": "same-origin" }, {}]) {
      expect((await post("/api/workflows", '{"name":"mine"}', { ...json, ...headers } as never)).status).toBe(200);
    }
  });
});

describe("headers", () => {
  test("every answer carries the strict policy", async () => {
    for (const path of [
      "/",
      "/health",
      "/health/live",
      "/api/docs",
      "/api/openapi.json",
      "/api/workflows",
      "/trpc/auth.status",
      "/nowhere.js",
    ]) {
      const { headers } = await owner.fetch(path);
      const policy = headers.get("content-security-policy") ?? "";
      expect([path, policy]).toEqual([path, expect.stringContaining("script-src 'self';")]);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe-eval");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
    }
  });

  test("a forged host does not get into the policy", async () => {
    const request = new Request("http://localhost/health", { headers: { host: "x; script-src *" } });
    const policy = (await server.app.handle(request)).headers.get("content-security-policy");
    expect(policy).not.toContain("script-src *");
  });

  test("the page of the documentation has no script", async () => {
    const page = await (await owner.fetch("/api/docs")).text();
    expect(page).toContain("/api/workflows/{id}/execute");
    expect(page).not.toContain("<script");
  });

  test("the session's cookie is kept from scripts and other sites", async () => {
    const answer = await server.client().fetch("/api/auth/sign-in", {
      method: "POST",
      headers: json,
      body: JSON.stringify({ username: "Ada", password: "correct horse battery" }),
    });
    expect(answer.headers.get("set-cookie")).toMatch(/^agentflow=\w+; HttpOnly; Max-Age=\d+; Path=\/; SameSite=Lax$/);
  });
});

describe("a body is read alike, whether or not its length is known before", () => {
  const pieces = (bytes: Uint8Array<ArrayBuffer>) =>
    new ReadableStream({
      start(controller) {
        // Cut in the middle, also of a letter.
        const half = Math.ceil(bytes.length / 2);
        for (const piece of [bytes.slice(0, half), bytes.slice(half)]) controller.enqueue(piece);
        controller.close();
      },
    });
  const text = (value: string) => new TextEncoder().encode(value) as Uint8Array<ArrayBuffer>;
  const bodies: readonly [what: string, bytes: Uint8Array<ArrayBuffer>, status: number, code: string][] = [
    ["JSON", text(`{"username":"Ada","password":"${"ö".repeat(41)}"}`), 401, "unauthenticated"],
    ["what is not UTF-8", new Uint8Array([0x22, 0xff, 0x22]), 400, "bad_request"],
    ["half an object", text('{"username":'), 400, "bad_request"],
    ["nothing", text(""), 400, "bad_request"],
  ];

  test("and gets the same answer", async () => {
    await using listening = await openTestServer({ listen: true });
    await listening.owner();
    for (const [what, bytes, status, code] of bodies) {
      for (const body of [bytes, pieces(bytes)]) {
        const init = { method: "POST", headers: json, body, duplex: "half" } as RequestInit;
        const answer = await fetch(`${listening.url}/api/auth/sign-in`, init);
        const { error } = (await answer.json()) as { error: { code: string } };
        expect({ what, status: answer.status, code: error.code }).toEqual({ what, status, code });
      }
    }
  }, 60_000);
});
