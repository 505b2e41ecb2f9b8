import { describe, expect, test } from "bun:test";
import { createLocalRateLimits } from "#server/adapters/rateLimits.ts";
import { readEnv } from "#server/env.ts";
import { AppError } from "#src/errors.ts";
import { codeOf, openTestServer, password } from "#tests/support/testServer.ts";

describe("guessing passwords", () => {
  test("an account is closed for a while after ten wrong tries, for the right password too, and others are not", async () => {
    await using server = await openTestServer();
    await server.owner();
    const { username } = await server.member("viewer");
    const guess = (name: string, text: string) =>
      codeOf(server.client().trpc.auth.signIn.mutate({ username: name, password: text }));
    const codes: string[] = [];
    for (let at = 0; at < 12; at += 1) codes.push(await guess("Ada", "wrong wrong"));
    expect(codes.slice(0, 10)).toEqual(Array(10).fill("unauthenticated"));
    expect(codes.at(-1)).toBe("rate_limited");
    expect(await guess("ADA", password)).toBe("rate_limited");
    expect(await guess(username, password)).toBe("ok");
  }, 60_000);

  test("an unknown name and a wrong password get the same answer", async () => {
    await using server = await openTestServer();
    await server.owner();
    const answer = async (username: string) => {
      const body = JSON.stringify({ username, password: "wrong wrong" });
      const headers = { "content-type": "application/json" };
      const got = await server.client().fetch("/api/auth/sign-in", { method: "POST", headers, body });
      const { error } = (await got.json()) as { error: { requestId: string } };
      return { status: got.status, headers: [...got.headers.keys()], error: { ...error, requestId: "" } };
    };
    expect(await answer("nobody at all")).toEqual(await answer("Ada"));
  }, 60_000);

  test("a bucket fills with time and says when to come back", async () => {
    let now = 0;
    const limits = createLocalRateLimits(() => now);
    const rate = { burst: 2, everyMs: 1_000 };
    const take = () =>
      limits.take("someone", rate).then(
        () => "ok",
        (error) => (error instanceof AppError ? error.retryAfterMs : error),
      );
    expect([await take(), await take(), await take()]).toEqual(["ok", "ok", 1_000]);
    now = 600;
    expect(await take()).toBe(400);
    now = 1_000;
    expect(await take()).toBe("ok");
    await limits.forgive("someone");
    expect([await take(), await take()]).toEqual(["ok", "ok"]);
  });
});

describe("H03: empty tokens", () => {
  test("no empty or missing token or session is anybody's", async () => {
    await using server = await openTestServer();
    await server.owner();
    const call = async (path: string, value: unknown) => {
      const input = encodeURIComponent(JSON.stringify(value));
      return (await server.client().fetch(`/trpc/${path}?input=${input}`)).status;
    };
    for (const token of [null, "", undefined, [], {}, "null", "undefined", 0]) {
      expect([400, 401]).toContain(await call("auth.invitation", { token }));
    }
    for (const cookie of [
      "agentflow=",
      "agentflow=null",
      "agentflow=undefined",
      "agentflow",
      "=",
      "agentflow=%",
      "agentflow=%00",
    ]) {
      const request = new Request("http://localhost/api/workspace", { headers: { cookie } });
      expect([cookie, (await server.app.handle(request)).status]).toEqual([cookie, 401]);
    }
  }, 60_000);
});

describe("H01: what the operator sets", () => {
  const refusal = (variables: Record<string, string>) => {
    try {
      readEnv(variables);
      return "";
    } catch (error) {
      return error instanceof AppError ? error.message : String(error);
    }
  };

  test("no secret is needed to start", () => {
    expect(readEnv({})).toMatchObject({ port: 3000, databaseUrl: null, redisUrl: null, folder: ".agentflow" });
  });

  test("a value from an example is refused by its name, and no value is repeated", () => {
    for (const value of ["changeme", "your-api-key", "sk-...", "sk-your-key-here", "example-key", "secret-secret"]) {
      const message = refusal({ OPENAI_API_KEY: value });
      expect(message).toContain("OPENAI_API_KEY");
      expect(message).not.toContain(value);
    }
  });

  test("every wrong variable is named with what was expected", () => {
    const message = refusal({ PORT: "70000", DATABASE_URL: "mysql://x", REDIS_URL: "nope", LOG_LEVEL: "loud" });
    for (const name of ["PORT", "DATABASE_URL", "REDIS_URL", "LOG_LEVEL"]) expect(message).toContain(name);
  });
});
