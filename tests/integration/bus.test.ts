import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Redis } from "ioredis";
import { type Bus, createRedisBus } from "#server/between/bus.ts";
import { createBusNetwork, faithful } from "#tests/support/busNetwork.ts";
import { freePort } from "#tests/support/services/freePort.mjs";
import { startRedis } from "#tests/support/services/redis.mjs";

interface Network {
  open(): Bus;
  close(): Promise<void>;
}

let redis: Awaited<ReturnType<typeof startRedis>>;
let port: number;
beforeAll(async () => {
  port = await freePort();
  redis = await startRedis(port);
});
afterAll(() => redis.stop());

const networks: Readonly<Record<string, () => Network>> = {
  "over Redis": () => {
    const connections: Redis[] = [];
    return {
      open() {
        const connection = new Redis(redis.url, { maxRetriesPerRequest: 1 });
        connection.on("error", () => {});
        connections.push(connection);
        return createRedisBus(connection, { warn: () => {} });
      },
      close: async () => {
        for (const connection of connections) connection.disconnect();
      },
    };
  },
  "of the tests": () => {
    const open = createBusNetwork(faithful);
    return { open, close: async () => {} };
  },
};

/** Says it until it is heard: what is published while a subscription is being made may be lost. */
async function sayUntil(bus: Bus, message: unknown, isHeard: () => boolean): Promise<void> {
  while (!isHeard()) {
    bus.publish("a", message);
    await Bun.sleep(10);
  }
}

describe.each(Object.entries(networks))("a bus %s", (name, make) => {
  test("carries a message to every other process that subscribes to its channel, and not to who sent it", async () => {
    const network = make();
    const [one, two, three] = [network.open(), network.open(), network.open()];
    const heard: [string, unknown][] = [];
    one.subscribe("a", (message) => heard.push(["one", message]));
    two.subscribe("a", (message) => heard.push(["two", message]));
    two.subscribe("b", (message) => heard.push(["two on b", message]));
    const leave = three.subscribe("a", (message) => heard.push(["three", message]));
    const isHeardBy = (who: string) => heard.some(([by]) => by === who);
    await sayUntil(one, { n: 1 }, () => isHeardBy("two") && isHeardBy("three"));
    expect(isHeardBy("one")).toBe(false);
    expect(isHeardBy("two on b")).toBe(false);
    expect(heard.every(([, message]) => JSON.stringify(message) === '{"n":1}')).toBe(true);

    leave();
    heard.length = 0;
    await sayUntil(one, { n: 2 }, () =>
      heard.some(([by, message]) => by === "two" && (message as { n: number }).n === 2),
    );
    expect(heard.filter(([by, message]) => by === "three" && (message as { n: number }).n === 2)).toEqual([]);
    for (const bus of [one, two, three]) bus.close();
    await network.close();
  });

  if (name === "over Redis")
    test("a Redis that goes away and comes back empty is found again, with what was subscribed to", async () => {
      const network = make();
      const [one, two] = [network.open(), network.open()];
      const heard: unknown[] = [];
      two.subscribe("a", (message) => heard.push(message));
      await sayUntil(one, "before", () => heard.includes("before"));
      await redis.stop();
      // Nobody waits and nothing is thrown.
      one.publish("a", "meanwhile");
      redis = await startRedis(port);
      await sayUntil(one, "after", () => heard.includes("after"));
      expect(heard).not.toContain("meanwhile");
      for (const bus of [one, two]) bus.close();
      await network.close();
    }, 30_000);
});
