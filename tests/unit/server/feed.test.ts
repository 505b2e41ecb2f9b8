import { describe, expect, test } from "bun:test";
import { createFeed } from "#server/execution/feed.ts";
import type { LiveMessage } from "#src/engine/ports.ts";
import { newExecution } from "#tests/support/engine/rig.ts";

const { id } = newExecution(1);
const { id: other } = newExecution(2);
const message = (text: string): LiveMessage => ({
  kind: "text",
  text: { stepKey: "a", attempt: 1, channel: "text", offset: 0, text },
});
/** A listener that writes down what it hears. */
function ear() {
  const heard: string[] = [];
  const listen = (live: LiveMessage) => {
    if (live.kind === "text") heard.push(live.text.text);
  };
  return { heard, listen };
}

describe("the feed of live messages", () => {
  test("gives each message to all who listen to its execution, in order, and to nobody else", () => {
    const feed = createFeed();
    const [one, two, stranger] = [ear(), ear(), ear()];
    feed.publish(id, message("before"));
    feed.subscribe(id, one.listen);
    feed.subscribe(id, two.listen);
    feed.subscribe(other, stranger.listen);
    feed.publish(id, message("a"));
    feed.publish(id, message("b"));
    expect([one.heard, two.heard, stranger.heard]).toEqual([["a", "b"], ["a", "b"], []]);
  });

  test("a function that listens twice hears twice, and each leaves for itself, once", () => {
    const feed = createFeed();
    const { heard, listen } = ear();
    const leave = feed.subscribe(id, listen);
    feed.subscribe(id, listen);
    feed.publish(id, message("twice"));
    leave();
    leave();
    feed.publish(id, message("once"));
    expect(heard).toEqual(["twice", "twice", "once"]);
  });

  test("a listener that throws is dropped; the others and the publisher do not notice", () => {
    const feed = createFeed();
    const { heard, listen } = ear();
    let calls = 0;
    feed.subscribe(id, () => {
      calls += 1;
      throw new Error("A broken tab");
    });
    feed.subscribe(id, listen);
    feed.publish(id, message("a"));
    feed.publish(id, message("b"));
    expect({ calls, heard }).toEqual({ calls: 1, heard: ["a", "b"] });
  });

  test("a listener may leave, and bring another, while it is called: that one hears the next message", () => {
    const feed = createFeed();
    const { heard, listen } = ear();
    const leave = feed.subscribe(id, () => {
      leave();
      feed.subscribe(id, listen);
    });
    feed.publish(id, message("a"));
    feed.publish(id, message("b"));
    expect(heard).toEqual(["b"]);
  });

  test("more than a thousand for one execution are refused, until somebody leaves", () => {
    const feed = createFeed();
    const leaves = Array.from({ length: 1_000 }, () => feed.subscribe(id, () => {}));
    expect(() => feed.subscribe(id, () => {})).toThrow("Too many are watching");
    feed.subscribe(other, () => {});
    leaves[0]?.();
    expect(() => feed.subscribe(id, () => {})).not.toThrow();
  });
});
