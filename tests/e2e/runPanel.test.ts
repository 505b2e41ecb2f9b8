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

const node = (id: string, agent: string, rest: { name: string; x: number; config?: object }) => ({
  id,
  key: id,
  agent,
  name: rest.name,
  position: { x: rest.x, y: 0 },
  config: rest.config ?? {},
});
const graph = {
  nodes: [
    node("ask", "llm", { name: "Ask", x: 0, config: { provider: "openai", prompt: "A story." } }),
    node("out", "output", { name: "Output", x: 400 }),
  ],
  edges: [{ id: "e1", source: "ask", sourcePort: "text", target: "out", targetPort: "value" }],
};

async function openStory() {
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", { name: "Story", graph });
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/workflows/${id}`);
  const editor = editorPage(page);
  await editor.card("Ask").waitFor();
  const runs = async () =>
    (await app.client.call<{ items: unknown[] }>("GET", `/api/executions?workflowId=${id}`)).items.length;
  return { window, page, editor, runs };
}

test("a press on Stop that lands just after the end starts no new run", async () => {
  models.script({ text: "Once upon a time there was a run that ended.", paceMs: 200, pieceSize: 5 });
  const { window, page, editor, runs } = await openStory();
  await editor.run();
  await page.locator("header").getByRole("button", { name: "Stop" }).waitFor();
  // Presses in the moment in which Stop becomes Run.
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const watcher = new MutationObserver(() => {
          const buttons = [...document.querySelectorAll<HTMLElement>("header button")];
          const run = buttons.find((each) => each.textContent?.startsWith("Run"));
          if (run === undefined) return;
          watcher.disconnect();
          run.click();
          resolve();
        });
        watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
      }),
  );
  await page.keyboard.press("Control+Enter");
  await editor.ended("Succeeded");
  expect(await runs()).toBe(1);
  await window.close();
}, 60_000);

test("a run that has ended is there again after a reload, folded, until it is put away", async () => {
  models.script({ text: "Once upon a time." });
  const { window, page, editor } = await openStory();
  await editor.run();
  await editor.ended("Succeeded");
  await page.reload();
  await editor.ended("Succeeded");
  await page.getByRole("button", { name: "Open the run panel" }).waitFor();
  await page.locator('.agent-card[data-status="succeeded"]').first().waitFor();
  await page.getByRole("button", { name: "Put the run away" }).click();
  await page.reload();
  await editor.card("Ask").waitFor();
  await page.waitForLoadState("networkidle");
  expect(await page.getByRole("region", { name: "Run" }).count()).toBe(0);
  expect(await page.locator('.agent-card[data-status="succeeded"]').count()).toBe(0);
  await window.close();
}, 60_000);

test("without a connection a run says that it reconnects, and its clock stands still", async () => {
  models.script({ text: "Once upon a time. ".repeat(40), paceMs: 300 });
  const { window, page, editor } = await openStory();
  await editor.run();
  await page.locator('.agent-card[data-status="running"] .node-run-text').waitFor();
  await window.setOffline(true);
  const panel = page.getByRole("region", { name: "Run" });
  await panel.getByText("reconnecting").waitFor();
  const clock = panel.getByTitle("Duration");
  const before = await clock.innerText();
  // A clock that runs moves on within these frames.
  await page.evaluate(async () => {
    for (let frames = 0; frames < 40; frames += 1) await new Promise(requestAnimationFrame);
  });
  expect(await clock.innerText()).toBe(before);
  await window.setOffline(false);
  await panel.getByText("reconnecting").waitFor({ state: "detached" });
  await page.locator("header").getByRole("button", { name: "Stop" }).click();
  await editor.ended("Cancelled");
  await window.close();
}, 60_000);

test("a run that was stopped on its own page is the one on screen when the editor is opened again", async () => {
  models.script({ text: "A first one." });
  const { window, page, editor } = await openStory();
  await editor.run();
  await editor.ended("Succeeded");
  await page.reload();
  await editor.ended("Succeeded");
  models.script({ text: "Once upon a time there was a run that nobody waited for.", paceMs: 1_000, pieceSize: 1 });
  await editor.run();
  await page.locator("header").getByRole("button", { name: "Stop" }).waitFor();
  await page.getByRole("link", { name: "Open this run's page" }).click();
  await page.locator("header").getByRole("button", { name: "Stop" }).click();
  await page.getByText("Cancelled", { exact: true }).first().waitFor();
  await page.goBack();
  await editor.card("Ask").waitFor();
  await editor.ended("Cancelled");
  await window.close();
}, 60_000);

test("on a phone the views of a workflow can be reached, and a run does not cover the card that is selected", async () => {
  models.script({ text: "A short story." });
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", { name: "Story", graph });
  const window = await app.window({ viewport: { width: 390, height: 844 } });
  const page = await window.newPage();
  await page.goto(`${app.server.url}/workflows/${id}`);
  const views = page.getByRole("navigation", { name: "Views of the workflow" });
  await views.getByRole("link", { name: "Schedules" }).click();
  await page.waitForURL((url) => url.pathname.endsWith("/schedules"));
  await page.goBack();
  const editor = editorPage(page);
  const card = editor.card("Ask");
  await card.waitFor();
  // Down, to where the panel will be.
  await page.mouse.move(200, 600);
  await page.mouse.wheel(0, -250);
  await card.click({ position: { x: 10, y: 10 } });
  await editor.run();
  await editor.ended("Succeeded");
  const panel = page.getByRole("region", { name: "Run" });
  await page.waitForFunction(
    ([lower, upper]) => (lower?.getBoundingClientRect().bottom ?? 0) <= (upper?.getBoundingClientRect().top ?? 0),
    [await card.elementHandle(), await panel.elementHandle()],
  );
  await window.close();
}, 60_000);
