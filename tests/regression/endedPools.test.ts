import { expect, test } from "bun:test";
import { once } from "node:events";
import postgres from "postgres";
import { poolSockets } from "#db/poolSockets.ts";
import { freshPostgres } from "#tests/support/database.ts";

// The soak: one process held 34 connections, its pools have 14. postgres.js connects after its end where it waited to try again.
test("a pool that has ended keeps no connection, and gets none that connects later", async () => {
  await using server = await freshPostgres();
  const { hostname, port } = new URL(server.url);
  const target = { host: [hostname], port: [Number(port)] };
  const sockets = poolSockets();
  const early = sockets.open(target);
  await once(early, "connect");
  const closed = once(early, "close");
  sockets.close();
  await closed;
  const late = sockets.open(target);
  let hasConnected = false;
  late.once("connect", () => {
    hasConnected = true;
  });
  await once(late, "close");
  expect(hasConnected).toBe(false);
});

test("a pool whose database cannot be reached says so to each who asks, and is there when it can", async () => {
  await using server = await freshPostgres();
  const sockets = poolSockets();
  let isAway = true;
  const sql = postgres(server.url, {
    max: 2,
    backoff: () => 0.01,
    ...{
      socket: (target: Parameters<typeof sockets.open>[0]) => sockets.open(isAway ? { ...target, port: [1] } : target),
    },
  });
  const asked = await Promise.allSettled(Array.from({ length: 6 }, () => sql`select 1 as one`));
  expect(asked.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => "rejected"));
  isAway = false;
  const rows = await Promise.all(Array.from({ length: 6 }, () => sql`select 1 as one`));
  expect(rows.map(([row]) => row?.one)).toEqual([1, 1, 1, 1, 1, 1]);
  await sql.end();
});
