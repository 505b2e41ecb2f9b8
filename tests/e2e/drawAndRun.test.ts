import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ModelServer, startModelServer } from "#tests/support/aimock.ts";
import { type Application, startApplication } from "#tests/support/application.ts";
import { editorPage } from "#tests/support/editorPage.ts";

let models: ModelServer;
let app: Application;
beforeAll(async () => {
  models = await startModelServer();
  app = await startApplication({ OPENAI_API_KEY: "sk-test-0123456789", OPENAI_BASE_URL: `${models.url}/v1` });
}, 60_000);
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await models[Symbol.asyncDispose]();
});

const story =
  "Once upon a time a workflow was drawn by hand and every word of it arrived while people watched it. ".repeat(6);

/** Draws Input -> LLM -> Output on an empty canvas with the keyboard and lets the LLM ask the model server. */
async function drawStory() {
  const window = await app.window();
  const page = await window.newPage();
  const editor = editorPage(page);
  await page.goto(app.server.url);
  await page.getByRole("button", { name: "New workflow" }).first().click();
  await page.waitForURL(/\/workflows\/wf_/);
  await page.getByRole("button", { name: /Add the first step/ }).click();
  await page.getByRole("combobox", { name: "Search agents" }).fill("input");
  await page.keyboard.press("Enter");
  await editor.card("Input").waitFor();
  await editor.addStep("LLM");
  await editor.card("LLM Text Generator").waitFor();
  await editor.addStep("output");
  await editor.card("Output").waitFor();
  await editor.card("LLM Text Generator").click();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await inspector.getByRole("combobox", { name: "Provider" }).click();
  await page.getByRole("option", { name: /openai/i }).click();
  await inspector.getByRole("textbox", { name: "Prompt", exact: true }).first().focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" Tell me a story.");
  await editor.saved();
  return { window, page, editor };
}

test("a workflow drawn on an empty canvas runs, and the model's words are seen as they arrive", async () => {
  models.script({ text: story, paceMs: 40, pieceSize: 12 });
  const { window, page, editor } = await drawStory();
  expect(await page.locator(".react-flow__edge").count()).toBe(2);
  await editor.run();
  // The words are on the card while the step still runs.
  await page.locator('.agent-card[data-status="running"] .node-run-text').filter({ hasText: "Once upon" }).waitFor();
  await editor.ended("Succeeded");
  await editor.step("LLM Text Generator").click();
  await page
    .getByRole("region", { name: "Run" })
    .getByText(/every word of it arrived/)
    .first()
    .waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 120_000);

test("Stop cancels a run that is streaming, and a reload shows what was there", async () => {
  models.script({ text: story, paceMs: 400, pieceSize: 5 });
  const { window, page, editor } = await drawStory();
  await editor.run();
  await page.locator('.agent-card[data-status="running"] .node-run-text').filter({ hasText: "Once" }).waitFor();
  await page.locator("header").getByRole("button", { name: "Stop" }).click();
  await editor.ended("Cancelled");

  await page.reload();
  await editor.card("LLM Text Generator").waitFor();
  expect(await page.locator(".react-flow__edge").count()).toBe(2);
  await page.goto(`${app.server.url}/runs`);
  await page.locator('a[href^="/runs/exe_"]').first().click();
  await page.getByText("Cancelled", { exact: true }).first().waitFor();
  await page.getByRole("option").filter({ hasText: "LLM Text Generator" }).click();
  await page.getByText(/^Once/).first().waitFor();
  await window.close();
}, 120_000);

test("a page reloaded in the middle of a run goes on with the same words", async () => {
  models.script({ text: story, paceMs: 60, pieceSize: 8 });
  const { window, page, editor } = await drawStory();
  await editor.run();
  await page.locator('.agent-card[data-status="running"] .node-run-text').filter({ hasText: "Once" }).waitFor();
  await page.goto(`${app.server.url}/runs`);
  await page.locator('a[href^="/runs/exe_"]').first().click();
  await page.waitForURL(/\/runs\/exe_/);
  await page.reload();
  await page.getByText("Succeeded").first().waitFor();
  await page.getByRole("option").filter({ hasText: "LLM Text Generator" }).click();
  const shown = page.getByRole("tabpanel").getByText(story.trim().slice(0, 60)).first();
  await shown.waitFor();
  expect((await shown.innerText()).trim()).toBe(story.trim());
  await window.close();
}, 120_000);

test("a model that refuses the key fails the step with a clear word, and the step is opened", async () => {
  models.script({ status: 401 });
  const { window, page, editor } = await drawStory();
  await editor.run();
  await editor.ended("Failed");
  await page.getByRole("region", { name: "Run" }).getByText(/key/i).first().waitFor();
  await page.locator('.agent-card[data-status="failed"]').waitFor();
  await window.close();
}, 120_000);

test("what is wrong is said before a run, and the list leads to the node at fault", async () => {
  const { window, page, editor } = await drawStory();
  const inspector = page.getByRole("complementary", { name: "Inspector" });
  await inspector.getByRole("textbox", { name: "Prompt", exact: true }).first().focus();
  await page.keyboard.type(" {{ steps.nobody.text }}");
  await page
    .locator("header")
    .getByRole("button", { name: /1 error/ })
    .click();
  await page
    .getByText(/nobody/)
    .first()
    .waitFor();
  await editor.card("LLM Text Generator").locator('[data-problem="error"]').waitFor();
  await window.close();
}, 120_000);
