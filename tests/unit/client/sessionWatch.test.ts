import { expect, test } from "bun:test";
import { createSessionWatch } from "#client/stores/sessionWatch.ts";

/** A watch whose server answers what `answers` gives, and what it did to the socket. */
function watching(answer: () => Promise<boolean>) {
  const did: string[] = [];
  const answered = Promise.withResolvers<void>();
  const watch = createSessionWatch({
    isSignedIn: () => answer().finally(() => setImmediate(answered.resolve)),
    connect: () => did.push("connect"),
    disconnect: () => did.push("disconnect"),
    onChange: () => did.push(watch.signedOut() ? "signed out" : "signed in"),
  });
  return { watch, did, answered: answered.promise };
}

test("a session ended by the server is signed out at once, and comes back with the next sign-in", async () => {
  const { watch, did, answered } = watching(async () => false);
  watch.closed(4401);
  expect(watch.signedOut()).toBe(true);
  await answered;
  expect(did).toEqual(["disconnect", "signed out"]);
  watch.resume();
  watch.resume();
  expect(did).toEqual(["disconnect", "signed out", "signed in", "connect"]);
});

test("a changed role closes the socket too: who is still signed in connects again", async () => {
  const { watch, did, answered } = watching(async () => true);
  watch.closed(4401);
  await answered;
  expect(did).toEqual(["disconnect", "signed out", "signed in", "connect"]);
});

test("a refused connection is a session that is over when the server says so", async () => {
  const { watch, did, answered } = watching(async () => false);
  watch.closed(1006);
  expect(watch.signedOut()).toBe(false);
  await answered;
  expect(did).toEqual(["disconnect", "signed out"]);
});

test("a server that cannot be asked is away, not a sign-out", async () => {
  const { watch, did, answered } = watching(() => Promise.reject(new Error("away")));
  watch.closed(1006);
  await answered;
  expect(did).toEqual([]);
});

test("a page that is closed hears of nothing", async () => {
  const { watch, did, answered } = watching(async () => false);
  watch.closed(1006);
  watch.end();
  await answered;
  expect(did).toEqual([]);
});
