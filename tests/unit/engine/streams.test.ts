import { describe, expect, test } from "bun:test";
import { type Chunk, chunkSize, longestPiece, newStreams } from "#src/engine/streams.ts";
import { maxOutputSize } from "#src/engine/values.ts";

function recorder() {
  const live: Chunk[] = [];
  const stored: Chunk[] = [];
  const later: (() => void)[] = [];
  let overflows = 0;
  const streams = newStreams({
    live: (chunk) => live.push(chunk),
    store: (chunk) => stored.push(chunk),
    later: (flush) => later.push(flush),
    overflow: () => {
      overflows += 1;
    },
  });
  return { live, stored, later, streams, overflows: () => overflows };
}

describe("streamed text", () => {
  test("goes out at once and is stored in one chunk when its time has come", () => {
    const { live, stored, later, streams } = recorder();
    streams.push("text", "Hel");
    streams.push("text", "lo");
    streams.push("log", "line\n");
    expect(live.map(({ channel, offset, text }) => `${channel} ${offset} ${text}`)).toEqual([
      "text 0 Hel",
      "text 3 lo",
      "log 0 line\n",
    ]);
    expect(stored).toEqual([]);
    expect(later).toHaveLength(1);
    later[0]?.();
    expect(stored).toEqual([
      { channel: "text", offset: 0, text: "Hello" },
      { channel: "log", offset: 0, text: "line\n" },
    ]);
  });

  test("is stored without waiting when there is enough of it", () => {
    const { stored, streams } = recorder();
    streams.push("text", "x".repeat(chunkSize - 1));
    expect(stored).toHaveLength(0);
    streams.push("text", "yz");
    expect(stored).toHaveLength(1);
    streams.push("text", "rest");
    streams.close();
    expect(stored[1]).toEqual({ channel: "text", offset: chunkSize + 1, text: "rest" });
  });

  test("goes out and is stored in pieces of a bounded length, whole characters each, when much is said at once", () => {
    const { live, stored, streams } = recorder();
    const said = `x${"🎉".repeat(longestPiece)}`;
    streams.push("text", said);
    streams.close();
    for (const pieces of [live, stored]) {
      expect(pieces.map(({ text }) => text).join("")).toBe(said);
      expect(pieces.length).toBeGreaterThan(2);
      for (const { text, offset } of pieces) {
        expect(text.length).toBeLessThanOrEqual(longestPiece);
        expect(said.slice(offset, offset + text.length)).toBe(text);
        expect(text.isWellFormed()).toBe(true);
      }
    }
  });

  test("is stored when the stream closes; what comes after is dropped", () => {
    const { live, stored, later, streams } = recorder();
    streams.push("text", "end");
    streams.close();
    streams.push("text", "late");
    later[0]?.();
    streams.close();
    expect(stored).toEqual([{ channel: "text", offset: 0, text: "end" }]);
    expect(live).toHaveLength(1);
  });

  test("never has half a character in a chunk", () => {
    const { live, stored, streams } = recorder();
    streams.push("text", "a\ud83d");
    streams.push("text", "\ude00b\ud83d");
    streams.close();
    expect(live.map(({ text }) => text)).toEqual(["a", "😀b", "\ufffd"]);
    expect(stored).toEqual([{ channel: "text", offset: 0, text: "a😀b\ufffd" }]);
  });

  test("tells when there is more than may be stored", () => {
    const { streams, overflows } = recorder();
    streams.push("text", "x".repeat(maxOutputSize));
    expect(overflows()).toBe(0);
    streams.push("log", "x");
    expect(overflows()).toBe(1);
  });
});
