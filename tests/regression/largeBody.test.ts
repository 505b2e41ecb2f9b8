import { expect, test } from "bun:test";
import { openTestServer, password } from "#tests/support/testServer.ts";

test("a body far over every limit gets the same error as one a little over it, not an empty 413", async () => {
  await using server = await openTestServer({ listen: true });
  const answer = await fetch(`${server.url}/api/auth/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "Ada", password: password.repeat(1_000_000) }),
  });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ error: { code: "payload_too_large", retryable: false } });
});
