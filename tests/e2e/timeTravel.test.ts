import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Application, startApplication } from "#tests/support/application.ts";
import { editorPage } from "#tests/support/editorPage.ts";

let app: Application;
beforeAll(async () => {
  app = await startApplication();
}, 60_000);
afterAll(() => app[Symbol.asyncDispose](), 30_000);

const node = (id: string, agent: string, rest: { name: string; x: number; config?: object }) => ({
  id,
  key: id,
  agent,
  name: rest.name,
  position: { x: rest.x, y: 0 },
  config: rest.config ?? {},
});
/** Without a key the model's step fails; the offline model does not. */
const graph = (provider: string) => ({
  nodes: [
    node("in", "input", { name: "Question", x: 0, config: { fields: [] } }),
    node("ask", "llm", { name: "Ask", x: 320, config: { provider, prompt: "Summarise." } }),
    node("out", "output", { name: "Answer", x: 640 }),
  ],
  edges: [
    { id: "e1", source: "in", sourcePort: "value", target: "ask", targetPort: "context" },
    { id: "e2", source: "ask", sourcePort: "text", target: "out", targetPort: "value" },
  ],
});

async function failedRun() {
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", {
    name: "Travels",
    graph: graph("openai"),
  });
  const { executionId } = await app.client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, {
    input: "The cat sat on the mat. It rained all day.",
  });
  const status = async () =>
    (await app.client.call<{ status: string }>("GET", `/api/executions/${executionId}`)).status;
  while ((await status()) !== "failed") await Bun.sleep(20);
  const runs = async () =>
    (await app.client.call<{ items: { id: string }[] }>("GET", `/api/executions?workflowId=${id}`)).items;
  return { workflowId: id, executionId, runs };
}

test("a failed run is retried from its failed step, once however often one presses, and both runs tell of each other", async () => {
  const { executionId, runs } = await failedRun();
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/runs/${executionId}`);
  await page.getByRole("button", { name: "Retry from failed step" }).dblclick();
  await page.waitForURL((url) => !url.pathname.endsWith(executionId));
  await page.getByText("Retry of").waitFor();
  await page
    .getByRole("option", { name: /Question/ })
    .getByLabel("Taken over from an earlier run")
    .waitFor();
  expect(await runs()).toHaveLength(2);
  await page.getByRole("link", { name: `…${executionId.slice(-6)}` }).click();
  await page.getByRole("button", { name: "1 run" }).click();
  await page.getByRole("dialog", { name: "Runs made from this one" }).getByRole("link", { name: "Compare" }).click();
  await page.getByRole("status").getByText("The same in every step").first().waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("a run is forked at a step of the workflow as it is now, compared, replayed and kept as a test that passes", async () => {
  const { workflowId, executionId } = await failedRun();
  await app.client.call("PUT", `/api/workflows/${workflowId}`, { graph: graph("offline") });
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/runs/${executionId}`);
  await page.getByRole("button", { name: "Fork from here" }).click();
  await page.getByRole("radio", { name: "As it is now" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Fork", exact: true }).click();
  await page.getByText("at “Ask”").waitFor();
  await page.locator('[data-step="out"] [data-status="succeeded"]').waitFor();
  await page.getByRole("link", { name: "Compare" }).click();
  await page.getByText("They part at “Ask”").waitFor();
  await page.getByText("config.provider").waitFor();
  await page.goBack();
  const choose = async (entry: string) => {
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: entry }).click();
  };
  await choose("Replay without any call");
  await page.locator('[data-replay="identical"]').waitFor();
  await page.keyboard.press("Escape");
  await choose("Save as test case");
  await page.getByRole("button", { name: "Open tests" }).click();
  await page.getByRole("button", { name: "Run all" }).click();
  await page.locator('[data-test="passed"]').waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("the slider takes steps and canvas back to any event by keyboard, and Escape comes back to the end", async () => {
  const { executionId } = await failedRun();
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/runs/${executionId}`);
  const slider = page.getByRole("slider", { name: "Event of the run" });
  const ask = page.locator('[data-step="ask"]');
  await ask.locator('[data-status="failed"]').waitFor();
  await slider.focus();
  await page.keyboard.press("Home");
  await page.getByText("The run was accepted").waitFor();
  await ask.locator('[data-status="pending"]').waitFor();
  for (let press = 0; press < 3; press += 1) await page.keyboard.press("ArrowRight");
  await page.getByText("Question succeeded").waitFor();
  await page.locator('.agent-card[data-status="succeeded"]').waitFor();
  await page.keyboard.press("Escape");
  await ask.locator('[data-status="failed"]').waitFor();
  const history = page.getByRole("region", { name: "History of the run" });
  // Each is there for a moment only: a busy machine would miss it.
  const seen = await history.evaluateHandle((element) => {
    const all: (string | null)[] = [];
    new MutationObserver(() => all.push(element.getAttribute("data-scrub"))).observe(element, { attributes: true });
    return all;
  });
  await page.getByRole("button", { name: "Play the run" }).click();
  await page.waitForFunction((all) => all.at(-1) === "end", seen);
  expect(await seen.jsonValue()).toContain("3");
  await window.close();
}, 60_000);

test("a step runs alone from its menu, and its pinned output stands in for it in the next run", async () => {
  const { workflowId } = await failedRun();
  await app.client.call("PUT", `/api/workflows/${workflowId}`, { graph: graph("offline") });
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/workflows/${workflowId}`);
  const editor = editorPage(page);
  await editor.card("Ask").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Run this step", exact: true }).click();
  await editor.ended("Succeeded");
  await editor.step("Answer").locator('[data-status="skipped"]').waitFor();
  await editor.step("Answer").getByText("not in this run").waitFor();
  expect(await editor.card("Answer").locator("[data-status]").count()).toBe(0);
  await editor.step("Answer").click();
  await page.getByText("Not part of this run").waitFor();
  await editor.step("Ask").click();
  await page.getByRole("button", { name: "Pin the output" }).click();
  await page.getByRole("button", { name: "1 pin" }).waitFor();
  await editor.card("Ask").getByLabel("Output pinned").waitFor();
  await editor.run();
  await editor.step("Answer").locator('[data-status="succeeded"]').waitFor();
  await editor.step("Ask").click();
  await page.getByText("This output is pinned").waitFor();
  await page.getByRole("note", { name: "Pinned output" }).getByRole("button", { name: "Unpin" }).click();
  await editor.card("Ask").getByLabel("The output was pinned in this run").waitFor();
  await page.getByRole("note", { name: "Pinned output" }).waitFor({ state: "detached" });
  await window.close();
}, 60_000);
