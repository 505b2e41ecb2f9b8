import { describe, expect, test } from "bun:test";
import { newId } from "#server/adapters/ids.ts";
import { shareFeed } from "#server/between/sharedFeed.ts";
import { createFeed } from "#server/execution/feed.ts";
import { bodyText } from "#server/execution/payloads.ts";
import { watchEvents } from "#server/services/watch.ts";
import type { LiveMessage } from "#src/engine/ports.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import { createBusNetwork, faithful, mute, unreliable } from "#tests/support/busNetwork.ts";
import { trigger } from "#tests/support/engine/rig.ts";

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const text = (at: number): LiveMessage => ({
  kind: "text",
  text: { stepKey: "n0", attempt: 1, channel: "text", offset: at, text: "x" },
});

function processes(fate: Parameters<typeof createBusNetwork>[0]) {
  const bus = createBusNetwork(fate);
  const runs = shareFeed(createFeed(), bus(), Date.now);
  const watches = shareFeed(createFeed(), bus(), Date.now);
  return {
    runs,
    watches,
    [Symbol.dispose]() {
      runs.close();
      watches.close();
    },
  };
}

describe("a feed over several processes", () => {
  test("what one process runs reaches who watches in another, and nobody else", async () => {
    using feeds = processes(faithful);
    const [watched, other] = [newId("execution"), newId("execution")];
    const seen: LiveMessage[] = [];
    const leave = feeds.watches.subscribe(watched, (message) => seen.push(message));
    await turn();
    feeds.runs.publish(watched, text(0));
    feeds.runs.publish(other, text(1));
    await turn();
    expect(seen).toEqual([text(0)]);
    leave();
    feeds.runs.publish(watched, text(2));
    await turn();
    expect(seen).toEqual([text(0)]);
  });

  test("a large value of a stored event goes out as a reference, here and to other processes", async () => {
    using feeds = processes(faithful);
    const id = newId("execution");
    const seen: LiveMessage[] = [];
    feeds.runs.subscribe(id, (message) => seen.push(message));
    feeds.watches.subscribe(id, (message) => seen.push(message));
    await turn();
    const body = { type: "execution_succeeded", output: { text: "x".repeat(200_000), n: 1 } } as const;
    bodyText(body, []);
    feeds.runs.publish(id, { kind: "event", event: { seq: 1, at: 1, body } });
    await turn();
    await turn();
    expect(seen).toHaveLength(2);
    for (const message of seen) {
      const { output } =
        message.kind === "event" && message.event.body.type === "execution_succeeded" ? message.event.body : {};
      expect(output).toEqual({ text: expect.objectContaining({ kind: "text", bytes: 200_002 }), n: 1 });
    }
  });

  test("who watches in the process that runs it gets each message once", async () => {
    using feeds = processes(faithful);
    const id = newId("execution");
    const seen: LiveMessage[] = [];
    feeds.runs.subscribe(id, (message) => seen.push(message));
    feeds.watches.subscribe(id, () => {});
    await turn();
    feeds.runs.publish(id, text(0));
    await turn();
    await turn();
    expect(seen).toEqual([text(0)]);
  });

  for (const [how, fate] of [
    ["are dropped, doubled and overtaken", unreliable(3)],
    ["never come", mute],
  ] as const)
    test(`a watcher sees each event once and in order when messages ${how}`, async () => {
      using feeds = processes(fate);
      const id = newId("execution");
      const history: ExecutionEvent[] = [];
      const commit = (body: ExecutionEvent["body"]) => {
        const event = { seq: history.length + 1, at: 0, body };
        history.push(event);
        feeds.runs.publish(id, { kind: "event", event });
      };
      commit({ type: "execution_created", input: null, trigger });
      commit({ type: "execution_started" });
      const source = {
        id,
        isHere: () => false,
        subscribe: (listener: (message: LiveMessage) => void) => feeds.watches.subscribe(id, listener),
        readEvents: async (after: number, limit: number) => history.slice(after, after + limit),
        isOver: async () => false,
      };
      const seen: number[] = [];
      const watching = (async () => {
        for await (const { message } of watchEvents(source, 0, new AbortController().signal))
          if (message.kind === "event") seen.push(message.event.seq);
      })();
      for (let at = 0; at < 40; at += 1) {
        await turn();
        feeds.runs.publish(id, text(at));
        commit({ type: "execution_recovered", recoveries: at + 1 });
      }
      commit({ type: "execution_succeeded", output: 1 });
      await watching;
      expect(seen).toEqual(history.map(({ seq }) => seq));
    });
});
