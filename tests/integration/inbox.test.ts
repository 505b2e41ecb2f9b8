import { afterAll, beforeAll, test } from "bun:test";
import { type Cluster, startCluster } from "#tests/support/cluster.ts";
import type { RestClient } from "#tests/support/restClient.ts";
import type { RunningServer } from "#tests/support/serverProcess.ts";
import { openSocketClient } from "#tests/support/socketClient.ts";

const asking = {
  nodes: [
    { id: "ask", key: "ask", agent: "approval", name: "Ask", position: { x: 0, y: 0 }, config: { title: "Go on?" } },
  ],
  edges: [],
};

let cluster: Cluster;
let api: RunningServer;
let client: RestClient;
beforeAll(async () => {
  cluster = await startCluster({ redis: true });
  api = await cluster.start("api");
  client = await cluster.owner(api);
  // What waits begins and ends to wait in another process than the one that is asked.
  await cluster.start("worker");
}, 60_000);
afterAll(() => cluster[Symbol.asyncDispose](), 30_000);

/** Counts that came, and how to wait for the next ones: a poll would be too late for the test. */
function heard() {
  const counts: number[] = [];
  let look = () => {};
  return {
    take: (count: number) => {
      counts.push(count);
      look();
    },
    until: (wanted: number) =>
      new Promise<void>((resolve) => {
        look = () => counts.at(-1) === wanted && resolve();
        look();
      }),
  };
}

test("an inbox is told at once of what begins and ends to wait, in whichever process that is", async () => {
  await using socket = openSocketClient(api.url, client.cookie);
  const { take, until } = heard();
  using _watching = socket.watchWaiting(take);
  await until(0);
  const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "Asks", graph: asking });
  const start = async () =>
    (await client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, {})).executionId;
  const first = await start();
  await until(1);
  const second = await start();
  await until(2);
  await client.call("POST", `/api/executions/${first}/answer`, { stepKey: "ask", decision: "approved" });
  await until(1);
  await client.call("POST", `/api/executions/${second}/cancel`, {});
  await until(0);
}, 25_000);
