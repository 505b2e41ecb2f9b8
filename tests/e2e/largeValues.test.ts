import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type Application, startApplication } from "#tests/support/application.ts";
import { editorPage } from "#tests/support/editorPage.ts";

let app: Application;
beforeAll(async () => {
  app = await startApplication();
}, 60_000);
afterAll(() => app[Symbol.asyncDispose](), 30_000);

const node = (id: string, agent: string, rest: { name: string; x: number; config?: object }) => ({
  ...{ id, key: id, agent, name: rest.name, config: rest.config ?? {} },
  position: { x: rest.x, y: 0 },
});
const graph = {
  nodes: [
    node("in", "input", { name: "Letter", x: 0, config: { fields: [] } }),
    node("ask", "llm", {
      name: "Shorten",
      x: 320,
      config: { provider: "offline", prompt: "{{ steps.in.value.text }}" },
    }),
    node("out", "output", { name: "Answer", x: 640 }),
  ],
  edges: [
    { id: "e1", source: "in", sourcePort: "value", target: "ask", targetPort: "context" },
    { id: "e2", source: "ask", sourcePort: "text", target: "out", targetPort: "value" },
  ],
};
const text = `Dear reader. ${"The rain fell in torrents. ".repeat(6_000)} Yours.`;
const forged = { $payload: "0".repeat(64), bytes: 5, kind: "text", preview: "none" };

async function ran() {
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", { name: "Letters", graph });
  const { executionId } = await app.client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, {
    input: { text, note: "small", forged },
  });
  const status = async () =>
    (await app.client.call<{ status: string }>("GET", `/api/executions/${executionId}`)).status;
  while ((await status()) !== "succeeded") await Bun.sleep(20);
  return { workflowId: id, executionId };
}

test("a large value is shown by how it begins and loaded, copied and saved whole; a forged one is shown as it is", async () => {
  const { executionId } = await ran();
  const window = await app.window();
  await window.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await window.newPage();
  await page.goto(`${app.server.url}/runs/${executionId}`);
  await page.getByRole("option", { name: /Letter/ }).click();
  await page.getByText("162 kB text").waitFor();
  await page.getByText(`"small"`).waitFor();
  // What somebody made to look like a reference has nothing to load.
  await page.getByRole("button", { name: /forged/ }).waitFor();
  expect(await page.getByRole("button", { name: /^Load/ }).count()).toBe(1);

  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download the whole value" }).click();
  expect(readFileSync(await (await saved).path(), "utf8")).toBe(text);
  await page.getByRole("button", { name: "Copy the whole value" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  await page.getByRole("button", { name: "Copy the output" }).click();
  await page.waitForFunction(async (before) => (await navigator.clipboard.readText()) !== before, text);
  expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toEqual({
    value: { text, note: "small", forged },
  });

  await page.getByRole("button", { name: "Load 162 kB text", exact: true }).press("Enter");
  const loaded = page.getByText(/^Dear reader/);
  await loaded.waitFor();
  expect(await loaded.evaluate((text) => text.parentElement === document.activeElement)).toBe(true);
  await page.getByRole("button", { name: /Show more of/ }).click();
  await page.getByText(/Yours\.$/).waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("a fork and a step that is run alone take a large value over, or somebody loads it and changes it", async () => {
  const { workflowId, executionId } = await ran();
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/runs/${executionId}`);
  await page.getByRole("option", { name: /Letter/ }).click();
  await page.getByRole("button", { name: "Fork from here" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("As in the run: 162 kB that are not loaded here.").waitFor();
  await dialog.getByRole("button", { name: "Load to change it" }).press("Enter");
  const field = dialog.getByRole("textbox");
  expect(await field.evaluate((area) => area === document.activeElement)).toBe(true);
  expect(JSON.parse(await field.inputValue())).toEqual({ text, note: "small", forged });
  await field.fill(JSON.stringify({ text: "Short now.", note: "changed", forged }));
  await dialog.getByRole("button", { name: "Fork", exact: true }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(executionId));
  await page.locator('[data-step="out"] [data-status="succeeded"]').waitFor();
  const forkedId = new URL(page.url()).pathname.split("/").at(-1);
  const forked = await app.client.call<{ input: unknown }>("GET", `/api/executions/${forkedId}`);
  expect(forked.input).toEqual({
    ...{ text: "Short now.", note: "changed" },
    forged: { $payload: null, value: forged },
  });

  // In the editor the newest run is the fork; the first one's values come with its own page.
  const { executionId: again } = await app.client.call<{ executionId: string }>(
    "POST",
    `/api/executions/${executionId}/rerun`,
    {},
  );
  const status = async () => (await app.client.call<{ status: string }>("GET", `/api/executions/${again}`)).status;
  while ((await status()) !== "succeeded") await Bun.sleep(20);
  await page.goto(`${app.server.url}/workflows/${workflowId}`);
  const editor = editorPage(page);
  await editor.card("Shorten").click();
  await page.getByText("Needs 162 kB of the last run").waitFor();
  await page.getByRole("button", { name: "Load the preview" }).click();
  await page.getByTitle(/^Dear reader/).waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);
