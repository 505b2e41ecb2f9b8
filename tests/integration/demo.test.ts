// The demo command as a person types it, each run a process of its own.
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "#tests/support/architecture/sources.ts";

const folder = mkdtempSync(join(tmpdir(), "agentflow-demo-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function demo(...args: string[]) {
  const child = Bun.spawn(["node", "server/launch/demo.mjs", ...args], { cwd: root, stdout: "pipe", stderr: "pipe" });
  const [code, out, errors] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code, out, errors };
}

function workflow(graph: unknown): string {
  const path = join(folder, `${Bun.randomUUIDv7()}.json`);
  writeFileSync(path, JSON.stringify(graph));
  return path;
}

const node = (id: string, agent: string, config: Record<string, unknown> = {}) => ({
  id,
  key: id,
  name: id,
  agent,
  position: { x: 0, y: 0 },
  config,
});
const edge = (id: string, source: string, target: string) => ({
  id,
  source,
  sourcePort: "value",
  target,
  targetPort: "value",
});

test("the demo workflow runs without a key, streams the offline model's words and ends with 0", async () => {
  const { code, out } = await demo();
  expect(out).toContain("Offline model, quoting:");
  expect(out).toContain("ok Code Analyzer");
  expect(out.trimEnd()).toEndWith("succeeded");
  expect(code).toBe(0);
});

test("the demo workflow runs on one's own input", async () => {
  const { code, out } = await demo(
    "--input",
    JSON.stringify({ code: "import pickle\npickle.loads(open('x').read())\n" }),
  );
  expect(out).toContain("S301");
  expect(code).toBe(0);
});

test("a workflow file of one's own runs, with or without the API's answer around it", async () => {
  const graph = { nodes: [node("a", "input"), node("b", "output")], edges: [edge("e", "a", "b")] };
  for (const content of [graph, { id: "wf_1", name: "Mine", graph }]) {
    const { code, out } = await demo(workflow(content), "--input", '{"greeting":"hello"}');
    expect(out).toContain('"greeting": "hello"');
    expect(code).toBe(0);
  }
});

test("steps in a frame are told apart by their iteration, and a wait is waited for", async () => {
  const graph = {
    nodes: [
      node("list", "input"),
      node("each", "forEach"),
      { ...node("pause", "wait", { duration: "3 s" }), parent: "each" },
    ],
    edges: [{ ...edge("e", "list", "each"), targetPort: "items" }],
  };
  const { code, out } = await demo(workflow(graph), "--input", "[1, 2]");
  expect(out).toContain("ok pause 1 ");
  expect(out).toContain("ok pause 2 ");
  expect(out).toContain("waits until");
  expect(code).toBe(0);
});

test("a cycle is refused with the nodes at fault", async () => {
  const nodes = [node("a", "condition", { expression: "true" }), node("b", "condition", { expression: "true" })];
  const back = (id: string, source: string, target: string) => ({ ...edge(id, source, target), sourcePort: "true" });
  const { code, out } = await demo(workflow({ nodes, edges: [back("e", "a", "b"), back("f", "b", "a")] }));
  expect(code).toBe(2);
  expect(out).toMatch(/error: .*(circle|cycle|loop)/i);
});

test("bad words on the command line get one clear line and exit code 2", async () => {
  for (const [args, says] of [
    [["--input", "{bad"], /--input is not JSON/],
    [["nothere.json"], /nothere\.json cannot be read/],
    [[workflow({ nodes: 1 })], /is not a workflow/],
    [["a.json", "b.json"], /One workflow at a time/],
    [["--no-such-option"], /no-such-option/],
  ] as const) {
    const { code, errors } = await demo(...args);
    expect(errors).toMatch(says);
    expect(errors).not.toMatch(/^\s+at /m);
    expect(code).toBe(2);
  }
});
