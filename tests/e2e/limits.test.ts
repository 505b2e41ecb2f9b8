import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { type Application, startApplication } from "#tests/support/application.ts";
import { editorPage } from "#tests/support/editorPage.ts";

let app: Application;
beforeAll(async () => {
  app = await startApplication();
}, 60_000);
afterAll(() => app[Symbol.asyncDispose]());

/** Pictures for people, when asked for. */
const pictures = process.env.LIMITS_PICTURES;
/** The editor folds away what is open when its window becomes narrow: it is only looked at wide. */
async function picture(page: Page, name: string, where: "editor" | "page" = "page"): Promise<void> {
  if (pictures === undefined) return;
  await page.screenshot({ path: `${pictures}/${name}.png`, animations: "disabled" });
  if (where === "editor") return;
  const size = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.screenshot({ path: `${pictures}/${name}-narrow-dark.png`, animations: "disabled" });
  await page.emulateMedia({ colorScheme: "light" });
  if (size !== null) await page.setViewportSize(size);
}

const ask = (id: string, x: number) => ({
  id,
  key: id,
  agent: "llm",
  name: `Ask ${id}`,
  position: { x, y: 0 },
  config: { provider: "offline", prompt: "Say three words about: one two three four." },
});
const graph = {
  nodes: [ask("a", 0), ask("b", 400)],
  edges: [{ id: "e", source: "a", sourcePort: "text", target: "b", targetPort: "context" }],
};
const create = (settings: object) =>
  app.client.call<{ id: string }>("POST", "/api/workflows", { name: "Limited", graph: { ...graph, settings } });

test("a run that has used its budget says so, and goes on when somebody raises the limit", async () => {
  const { id } = await create({ budget: { steps: 1, tokens: 100_000 } });
  const window = await app.window();
  const page = await window.newPage();
  const editor = editorPage(page);
  await page.goto(`${app.server.url}/workflows/${id}`);
  await editor.card("Ask a").waitFor();
  await editor.run();
  const banner = page.getByRole("region", { name: "Budget" });
  await banner.getByText("1 of 1 steps").waitFor();
  await picture(page, "banner", "editor");
  await page.getByRole("link", { name: "Open this run's page" }).click();
  await banner.getByText("Paused: this run has used its budget").waitFor();
  await picture(page, "banner-page");
  await banner.getByRole("button", { name: "Raise the limit" }).click();
  const dialog = page.getByRole("dialog", { name: "Raise the limit" });
  await dialog.getByLabel("Steps").fill("1");
  await dialog.getByRole("button", { name: "Raise and go on" }).click();
  await dialog.getByText("This much is used already.").waitFor();
  await picture(page, "raise");
  await dialog.getByLabel("Steps").fill("5");
  await dialog.getByRole("button", { name: "Raise and go on" }).click();
  await dialog.waitFor({ state: "detached" });
  await banner.waitFor({ state: "detached" });
  await page.getByText("Succeeded").first().waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("a run says that it waits for its workflow's rate, and one that its workflow has used its day", async () => {
  const { id } = await create({ startsPerMinute: 1 });
  const execute = () => app.client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, {});
  await execute();
  const { executionId } = await execute();
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/runs/${executionId}`);
  const queue = page.getByRole("region", { name: "Queue" });
  await queue.getByText("Waiting for the workflow’s rate limit").waitFor();
  await queue.getByText("1 run may start in a minute. It starts by itself.").waitFor();
  await picture(page, "rate");

  const other = await create({});
  await app.client.call("PUT", `/api/limits/workflows/${other.id}/daily`, { tokens: 1, dollars: null });
  const run = await app.client.call<{ executionId: string }>("POST", `/api/workflows/${other.id}/execute`, {});
  await page.goto(`${app.server.url}/runs/${run.executionId}`);
  await page.getByText("Paused: the workflow has used its budget for today").waitFor();
  await picture(page, "day");
  await app.client.call("PUT", `/api/limits/workflows/${other.id}/daily`, { tokens: null, dollars: null });
  await page.getByText("Succeeded").first().waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("a step that has used its budget says so, and is tried again when somebody raises it", async () => {
  const hasty = { ...ask("a", 0), timeoutMs: 1, budget: { timeMs: 1 } };
  const made = { name: "Hasty", graph: { nodes: [hasty], edges: [] } };
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", made);
  const run = await app.client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, {});
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/runs/${run.executionId}`);
  const banner = page.getByRole("region", { name: "Budget" });
  await banner.getByText("Paused: “Ask a” has used its budget").waitFor();
  await picture(page, "step");
  await banner.getByRole("button", { name: "Raise the limit" }).click();
  const dialog = page.getByRole("dialog", { name: "Raise the limit of “Ask a”" });
  await dialog.getByLabel("Time at work").fill("10 m");
  // Only what its budget limits.
  expect(await dialog.getByRole("textbox").count()).toBe(1);
  await picture(page, "raise-step");
  await dialog.getByRole("button", { name: "Raise and go on" }).click();
  await banner.waitFor({ state: "detached" });
  await page.getByText("Failed").first().waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("the budget that a run has used is the one it began with, whatever is drawn since", async () => {
  const hasty = { ...ask("a", 0), timeoutMs: 1, budget: { timeMs: 1 } };
  const made = { name: "Redrawn", graph: { nodes: [hasty], edges: [] } };
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", made);
  const window = await app.window();
  const page = await window.newPage();
  const editor = editorPage(page);
  await page.goto(`${app.server.url}/workflows/${id}`);
  await editor.card("Ask a").waitFor();
  await editor.run();
  const words = page.getByText("Paused: “Ask a” has used its budget");
  await words.waitFor();
  await editor.card("Ask a").click();
  await page.keyboard.press("Delete");
  await editor.card("Ask a").waitFor({ state: "detached" });
  await words.waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("a step's failure is set to go on with default values that fit its ports", async () => {
  const { id } = await create({});
  const window = await app.window();
  const page = await window.newPage();
  const editor = editorPage(page);
  await page.goto(`${app.server.url}/workflows/${id}`);
  await editor.card("Ask a").click();
  await page.getByRole("tab", { name: "Run" }).click();
  const section = page.getByRole("region", { name: "When it fails" });
  await section.getByPlaceholder("10 m (default)").waitFor();
  await section.getByText("Tried again after 500 ms, 1 s").waitFor();
  await section.getByRole("combobox", { name: "When the last attempt has failed" }).click();
  await page.getByRole("option", { name: "Go on with default values" }).click();
  await section.getByLabel("Variables").fill("[1]");
  await section.getByLabel("Variables").blur();
  await section.getByText("“Variables” takes an object").waitFor();
  await picture(page, "fails", "editor");
  await section.getByLabel("Variables").fill('{"found": false}');
  await section.getByLabel("Text", { exact: true }).fill("No answer");
  await section.getByLabel("Attempts").fill("1");
  await section.getByText("One attempt; a failure is final.").waitFor();
  await section.getByRole("group", { name: "Budget of its attempts" }).getByLabel("US dollars").fill("1.50");
  await section.getByRole("group", { name: "Budget of its attempts" }).getByLabel("US dollars").blur();
  await editor.saved();
  const found = await app.client.call<{ graph: { nodes: object[] } }>("GET", `/api/workflows/${id}`);
  expect(found.graph.nodes[0]).toMatchObject({
    onError: "default",
    defaultOutputs: { text: "No answer", variables: { found: false } },
    retry: { maxAttempts: 1 },
    budget: { dollars: 1.5 },
  });
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("the workflow's own limits are set where nothing is selected, and a budget of zero is refused in words", async () => {
  const { id } = await create({});
  const window = await app.window();
  const page = await window.newPage();
  const editor = editorPage(page);
  await page.goto(`${app.server.url}/workflows/${id}`);
  await editor.card("Ask a").waitFor();
  await page.getByLabel("Runs at once").fill("3");
  await page.getByLabel("Starts in a minute").fill("60");
  const ofRun = page.getByRole("group", { name: "Budget of one run" });
  await ofRun.getByLabel("Tokens", { exact: true }).fill("20k");
  await ofRun.getByLabel("Time at work").fill("2 h");
  await ofRun.getByLabel("US dollars").fill("0");
  await ofRun.getByLabel("US dollars").blur();
  await page
    .getByRole("button", { name: /1 problem|1 error/i })
    .first()
    .click();
  await page.getByText("A budget of 0 dollars lets nothing run.").first().waitFor();
  await picture(page, "workflow", "editor");
  await editor.saved();
  const found = await app.client.call<{ graph: { settings: object } }>("GET", `/api/workflows/${id}`);
  expect(found.graph.settings).toMatchObject({
    concurrency: 3,
    startsPerMinute: 60,
    budget: { tokens: 20_000, dollars: 0, timeMs: 7_200_000 },
  });
  const ofDay = page.getByRole("group", { name: "Budget of a day, all runs together" });
  await ofDay.getByLabel("Tokens").fill("50k");
  await ofDay.getByLabel("Tokens").press("Enter");
  await page.getByText("The workflow’s budget of a day is set").waitFor();
  expect(await app.client.call("GET", "/api/limits")).toMatchObject({
    workflows: expect.arrayContaining([
      expect.objectContaining({ workflowId: id, name: "Limited", daily: { tokens: 50_000, dollars: null } }),
    ]),
  });
  await page.goto(`${app.server.url}/settings/limits`);
  await page.getByRole("group", { name: "Limited" }).getByLabel("Tokens").waitFor();
  await picture(page, "settings-workflow");
  const remove = page.getByRole("button", { name: "Remove the budget of Limited" });
  await remove.click();
  await page.getByText("The workflow’s budget of a day is removed").waitFor();
  await remove.waitFor({ state: "detached" });
  // One that was added here goes, too.
  await page.getByRole("combobox", { name: "Add a budget for a workflow" }).click();
  await page.getByRole("option", { name: "Limited" }).first().click();
  const tokens = page.getByRole("group", { name: "Limited" }).getByLabel("Tokens");
  await tokens.fill("0");
  await tokens.press("Enter");
  await page.waitForFunction(
    () => document.activeElement instanceof HTMLInputElement && !document.activeElement.readOnly,
  );
  expect(await tokens.inputValue()).toBe("1");
  await remove.click();
  await remove.waitFor({ state: "detached" });
  await window.close();
}, 60_000);

test("the limits of all runs are set in the settings", async () => {
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/settings/limits`);
  await page.getByLabel("Tokens").fill("1m");
  await page.getByLabel("Tokens").press("Enter");
  await page.getByText("The day’s budget is set").waitFor();
  await page.getByRole("combobox", { name: "Add a limit for an agent" }).click();
  await page.getByRole("option", { name: "LLM Text Generator" }).click();
  await page.getByLabel("At once").fill("4");
  await page.getByLabel("At once").press("Enter");
  // At once after the other: neither change may undo the other one.
  await page.getByLabel("In a minute").fill("60");
  const saved = page.waitForResponse(
    (response) => response.url().includes("limits.setAgent") && (response.request().postData() ?? "").includes("60"),
  );
  await page.getByLabel("In a minute").press("Enter");
  await saved;
  await page.reload();
  expect(await page.getByLabel("In a minute").inputValue()).toBe("60");
  await picture(page, "settings");
  const limits = await app.client.call("GET", "/api/limits");
  expect(limits).toMatchObject({
    agents: [{ agent: "llm", concurrency: 4, perMinute: 60 }],
    daily: { tokens: 1_000_000, dollars: null },
  });
  await page.getByRole("button", { name: "Remove the limit of LLM Text Generator" }).click();
  await page.getByLabel("At once").waitFor({ state: "detached" });
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);
