import { describe, expect, test } from "bun:test";
import { answer, divide } from "#server/adapters/models/extract.ts";
import { createOffline } from "#server/adapters/models/offline.ts";
import type { ChatChunk, ChatRequest } from "#src/agents/chatModels.ts";

const article = `Postgres keeps every event of a run. The events are appended in one transaction. Nobody likes Mondays.
Readers see the events of a run in the order of their numbers. A worker that dies leaves its events behind.
Bananas are yellow. Another worker reads the events and goes on with the run.`;

const request = (prompt: string, maxTokens = 500): ChatRequest => ({
  provider: "offline",
  model: "offline-extract",
  system: "",
  prompt,
  temperature: 0,
  maxTokens,
  idempotencyKey: "k",
  patienceMs: 0,
});

async function chunksOf(prompt: string, maxTokens?: number): Promise<ChatChunk[]> {
  return Array.fromAsync(createOffline(0)(request(prompt, maxTokens), new AbortController().signal));
}

describe("the offline model", () => {
  test("says what it is and quotes only sentences of the text", () => {
    const said = answer("", `Summarise this in three sentences.\n\nContext:\n${article}`);
    expect(said).toStartWith("Offline model, quoting: ");
    const sentences = article.split(/(?<=\.)\s+/);
    const quoted = said.replace("Offline model, quoting: ", "").split(/(?<=\.)\s+/);
    expect(quoted).toHaveLength(3);
    for (const sentence of quoted) expect(sentences).toContain(sentence);
    expect(said).not.toContain("Bananas");
  });

  test("lists when a list is asked for, as long as asked", () => {
    const said = answer("", `List the 2 most important points: ${article}`);
    expect(said.match(/^- /gm)).toHaveLength(2);
  });

  test("reads JSON as lines and ranks them by the question", () => {
    const said = answer(
      "",
      `Extract the security findings.\n\nContext:\n${JSON.stringify({ findings: [{ rule: "S608", category: "security" }], metrics: { lines: 3 } })}`,
    );
    expect(said).toContain("findings.0.category: security");
  });

  test("answers with nothing but JSON when asked for JSON", () => {
    const said = JSON.parse(answer("Answer in JSON.", `Summarise: ${article}`));
    expect(Object.keys(said)).toEqual(["summary", "points", "keywords"]);
    expect(said.keywords).toContain("events");
  });

  test("has something to say to any text, the same each time", () => {
    for (const prompt of [
      "",
      "?",
      "hello",
      "\n\n\n",
      "{",
      "[]",
      "{}",
      "ß".repeat(100),
      "x ".repeat(200_000),
      "Why: ",
    ]) {
      expect(answer("", prompt)).toBe(answer("", prompt));
      expect(answer("", prompt).length).toBeGreaterThan(0);
    }
  });

  test("divides the instruction from the text", () => {
    expect(divide("Summarise for a manager: The plan is late.")).toEqual({
      instruction: "Summarise for a manager",
      text: "The plan is late.",
    });
    expect(divide("The meeting: it was long.").text).toBe("The meeting: it was long.");
  });

  test("streams groups of words and ends once, with what it counted", async () => {
    const chunks = await chunksOf(`Summarise: ${article}`);
    expect(chunks.length).toBeGreaterThan(4);
    expect(chunks.filter(({ type }) => type === "end")).toHaveLength(1);
    expect(chunks.at(-1)).toMatchObject({ type: "end", reason: "stop", model: "offline-extract" });
    const text = chunks.map((chunk) => (chunk.type === "text" ? chunk.text : "")).join("");
    expect(text).toBe(answer("", `Summarise: ${article}`));
  });

  test("stops at its limit of tokens", async () => {
    const chunks = await chunksOf(`Summarise: ${article}`, 5);
    expect(chunks.at(-1)).toMatchObject({ type: "end", reason: "length", outputTokens: 5 });
  });

  test("stops when aborted, without an end", async () => {
    const abort = new AbortController();
    const seen: ChatChunk[] = [];
    for await (const chunk of createOffline(10_000)(request(`Summarise: ${article}`), abort.signal)) {
      seen.push(chunk);
      abort.abort();
    }
    expect(seen.map(({ type }) => type)).toEqual(["text"]);
  });
});
