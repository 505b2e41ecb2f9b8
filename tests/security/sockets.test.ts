import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { closeOf, openRawSocket } from "#tests/support/socketClient.ts";
import { openTestServer, type TestServer } from "#tests/support/testServer.ts";

let server: TestServer;
let cookie: string;
let addresses: string[];
beforeAll(async () => {
  server = await openTestServer({ listen: true });
  const owner = await server.owner();
  cookie = owner.cookie();
  const { items } = await owner.trpc.workflows.list.query({});
  addresses = ["/trpc", `/ws/${items[0]?.id}`];
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

const socketUrl = (path: string) => `${server.url.replace("http", "ws")}${path}`;

/** The status of an upgrade, asked for as a plain request with a socket's headers. */
async function upgradeStatus(path: string, headers: Record<string, string>): Promise<number> {
  const answer = await fetch(`${server.url}${path}`, {
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    },
  });
  return answer.status;
}

function opened(path: string): Promise<WebSocket> {
  const socket = openRawSocket(socketUrl(path), { cookie, origin: server.url });
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(socket), { once: true });
    socket.addEventListener("error", () => reject(new Error("refused")), { once: true });
  });
}

const isAlive = async () => (await fetch(`${server.url}/health`)).status === 200;

describe("G04: upgrades", () => {
  test("with a cookie and a foreign, null or missing Origin are refused before the upgrade", async () => {
    for (const path of addresses) {
      const foreign = ["https://evil.example", "null", "http://127.0.0.1:1", `${server.url}.evil.example`];
      for (const origin of foreign)
        expect([path, origin, await upgradeStatus(path, { cookie, origin })]).toEqual([path, origin, 403]);
      expect(await upgradeStatus(path, { cookie })).toBe(403);
    }
  });

  test("a forwarded host is not believed without a trusted proxy", async () => {
    const headers = { cookie, origin: "https://evil.example", "x-forwarded-host": "evil.example" };
    for (const path of addresses) expect(await upgradeStatus(path, headers)).toBe(403);
  });

  test("without a session are refused", async () => {
    for (const path of addresses) {
      expect(await upgradeStatus(path, { origin: server.url })).toBe(401);
      expect(await upgradeStatus(path, { origin: server.url, cookie: "agentflow=abcdefghijklmnopqrstuvwxyz" })).toBe(
        401,
      );
    }
  });

  test("with the own Origin and a session open", async () => {
    for (const path of addresses) (await opened(path)).close();
  });
});

describe("G06: what comes over a socket", () => {
  const messages: [string, string | Uint8Array, number][] = [
    ["not JSON", "{", 1007],
    ["a prototype key", '{"id":1,"method":"subscription","params":{"path":"x","input":{"__proto__":{"a":1}}}}', 1007],
    ["a query", '{"id":1,"method":"query","params":{"path":"workflows.list","input":{}}}', 1008],
    ["a mutation", '{"id":1,"method":"mutation","params":{"path":"workflows.create","input":{}}}', 1008],
    ["null", "null", 1008],
    ["an array of anything", "[1,2,3]", 1008],
    ["a megabyte", `"${"x".repeat(1_000_000)}"`, 1009],
    ["bytes", new Uint8Array([1, 2, 3]), 1003],
  ];
  for (const [name, message, code] of messages) {
    test(`${name} closes it with ${code}, and the process goes on`, async () => {
      const socket = await opened("/trpc");
      const closed = closeOf(socket);
      socket.send(message as string);
      expect((await closed).code).toBe(code);
      expect(await isAlive()).toBe(true);
    });
  }

  test("connection parameters of any shape neither open anything nor end the process", async () => {
    const values = [
      "null",
      "[]",
      '"text"',
      '{"a":1}',
      '{"token":"x"}',
      `{"a":"${"x".repeat(300_000)}"}`,
      '{"__proto__":{"a":"b"}}',
    ];
    for (const data of values) {
      const socket = await opened("/trpc?connectionParams=1");
      const closed = closeOf(socket);
      socket.send(`{"method":"connectionParams","data":${data}}`);
      socket.send("{");
      expect((await closed).code).toBeGreaterThanOrEqual(1000);
    }
    expect(await isAlive()).toBe(true);
  });

  test("a message out of shape is answered or closed, never ends the process", async () => {
    const odd = [
      '{"id":1,"method":"subscription"}',
      '{"id":1,"method":"subscription","params":{"path":"nope"}}',
      '{"id":null,"method":"subscription","params":{"path":"executions.watch"}}',
      '{"id":{},"method":"subscription","params":null}',
      '{"method":"subscription.stop"}',
    ];
    for (const message of odd) {
      const socket = await opened("/trpc");
      const answered = new Promise((resolve) => {
        socket.addEventListener("message", resolve, { once: true });
        socket.addEventListener("close", resolve, { once: true });
      });
      socket.send(message);
      socket.send("PING");
      await answered;
      socket.close();
    }
    expect(await isAlive()).toBe(true);
  });
});
