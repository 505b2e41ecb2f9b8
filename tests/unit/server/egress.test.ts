import { describe, expect, test } from "bun:test";
import { createEgress } from "#server/adapters/egress.ts";
import { retryAfterMs, toModelError } from "#server/adapters/models/errors.ts";
import { describeProviders, modelAddresses } from "#server/adapters/models/settings.ts";

/** A listener that counts who came. */
function listen() {
  let hits = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => {
      hits++;
      return new Response("ok");
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    hits: () => hits,
    [Symbol.asyncDispose]: () => server.stop(true),
  };
}

describe("the egress", () => {
  test("passes requests to an allowed origin, whatever the path", async () => {
    await using target = listen();
    const egress = createEgress({ allowed: [`${target.url}/v1`] });
    expect(await (await egress.fetch(`${target.url}/other`)).text()).toBe("ok");
  });

  test("lets nothing else out, and connects to nobody for it", async () => {
    await using target = listen();
    const egress = createEgress({ allowed: ["https://api.openai.com/v1"] });
    const addresses = [
      target.url,
      `http://localhost:${target.port}`,
      `http://api.openai.com@127.0.0.1:${target.port}/`,
      `http://127.0.0.1:${target.port}#api.openai.com`,
      "http://api.openai.com/",
      "https://api.openai.com:444/",
      "https://api.openai.com.evil.test/",
      "https://user:pass@api.openai.com/",
      "file:///etc/passwd",
      "data:text/plain,x",
      "blob:https://api.openai.com/x",
      "ftp://api.openai.com/",
      "not an address",
      "",
    ];
    for (const address of addresses) await expect(egress.fetch(address)).rejects.toMatchObject({ code: "forbidden" });
    await expect(egress.fetch(new Request(target.url))).rejects.toMatchObject({ code: "forbidden" });
    expect(target.hits()).toBe(0);
  });

  test("cannot be opened for other schemes", () => {
    for (const allowed of ["file:///", "ftp://x", "nonsense"])
      expect(() => createEgress({ allowed: [allowed] })).toThrow();
  });
});

describe("the settings of the models", () => {
  const none = {
    openai: { key: null, baseUrl: "http://127.0.0.1:1/v1" },
    anthropic: { key: null, baseUrl: null },
    compatible: { url: null, key: null, model: null },
  };

  test("open the egress only for providers that are set up", () => {
    expect(modelAddresses(none)).toEqual([]);
    expect(modelAddresses({ ...none, anthropic: { key: "k", baseUrl: null } })).toEqual(["https://api.anthropic.com"]);
  });

  test("are described without addresses and keys, the offline model always there", () => {
    const described = describeProviders({ ...none, openai: { key: "sk-canary", baseUrl: "http://private.host" } });
    expect(described.map(({ provider, configured }) => [provider, configured])).toEqual([
      ["offline", true],
      ["openai", true],
      ["anthropic", false],
      ["compatible", false],
    ]);
    expect(JSON.stringify(described)).not.toMatch(/canary|private/);
  });
});

describe("a provider's failure", () => {
  test.each([
    [{ "retry-after": "2" }, 2_000],
    [{ "retry-after": "0.5" }, 500],
    [{ "retry-after-ms": "150", "retry-after": "9" }, 150],
    [{ "retry-after": "Thu, 01 Jan 1970 00:00:10 GMT" }, 9_000],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("%j waits %p ms", (headers, expected) => {
    expect(retryAfterMs(new Headers(headers as Record<string, string>), 1_000)).toBe(expected as number);
  });

  test("is told without any key", () => {
    const key = "my-own-key-1234";
    const message = `400 bad ${key}, sk-live-abcdef123456, Authorization: Bearer abc.def`;
    const error = toModelError({ provider: "X", status: 400, type: "", message, headers: undefined, key }, 0);
    expect(error.message).not.toMatch(/1234|abcdef|abc\.def/);
    expect(error.message).toContain("X rejected the request: bad");
  });
});
