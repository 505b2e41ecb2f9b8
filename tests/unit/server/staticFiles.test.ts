import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStaticFiles } from "#server/http/staticFiles.ts";

let folder = "";
let written = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentflow-static-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What a build leaves: its page and one script, named by its content. */
async function build(script: string): Promise<void> {
  await rm(join(folder, "assets"), { recursive: true, force: true });
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, "assets", script), `"${script}"`);
  await writeFile(join(folder, "index.html"), `<script src="/assets/${script}"></script>`);
  // A clock that is coarser than this test must not hide the change.
  written += 10;
  await utimes(join(folder, "index.html"), written, written);
}

const get = (files: ReturnType<typeof createStaticFiles>, path: string, headers: Record<string, string> = {}) =>
  files(new Request(`http://localhost${path}`, { headers }));

test("before the first build says so, and serves the build as soon as it is there", async () => {
  const files = createStaticFiles(folder);
  expect((await get(files, "/")).status).toBe(503);
  await build("one.js");
  expect(await (await get(files, "/")).text()).toContain("one.js");
});

test("after another build serves its page and its files, and no longer those of the one before", async () => {
  await build("one.js");
  const files = createStaticFiles(folder);
  expect((await get(files, "/assets/one.js")).status).toBe(200);
  await build("two.js");
  expect(await (await get(files, "/workflows/wf_1")).text()).toContain("two.js");
  expect((await get(files, "/assets/two.js")).status).toBe(200);
  expect((await get(files, "/assets/one.js")).status).toBe(404);
});

test("a script of a new build is found though nobody asked for its page yet", async () => {
  await build("one.js");
  const files = createStaticFiles(folder);
  expect((await get(files, "/assets/two.js")).status).toBe(404);
  await build("two.js");
  expect((await get(files, "/assets/two.js")).status).toBe(200);
});

test("serves the compressed file that comes after the others", async () => {
  await build("one.js");
  const files = createStaticFiles(folder);
  expect((await get(files, "/", { "accept-encoding": "br" })).headers.get("content-encoding")).toBeNull();
  await writeFile(join(folder, "index.html.br"), "compressed");
  await writeFile(join(folder, "assets", "one.js.br"), "compressed");
  await utimes(join(folder, "assets"), written + 1, written + 1);
  expect((await get(files, "/", { "accept-encoding": "br" })).headers.get("content-encoding")).toBe("br");
});
