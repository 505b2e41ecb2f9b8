import { afterAll, beforeAll, expect, test } from "bun:test";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { type Application, startApplication } from "#tests/support/application.ts";
import { editorPage } from "#tests/support/editorPage.ts";

let app: Application;
let workflow: string;
let execution: string;
let changed: string;
beforeAll(async () => {
  app = await startApplication();
  const { items } = await app.client.call<{ items: readonly { id: string }[] }>("GET", "/api/workflows");
  workflow = items[0]?.id ?? "";
  execution = (await app.client.call<{ executionId: string }>("POST", `/api/workflows/${workflow}/execute`, {}))
    .executionId;
  await ended(execution);
  const { steps } = await app.client.call<{ steps: { stepKey: string }[] }>("GET", `/api/executions/${execution}`);
  const first = steps[0]?.stepKey ?? "";
  changed = (
    await app.client.call<{ executionId: string }>("POST", `/api/executions/${execution}/fork`, {
      stepKey: first,
      input: { code: "print(1)" },
    })
  ).executionId;
  await ended(changed);
  await app.client.call("POST", "/api/tests", { executionId: execution });
  await app.client.call("POST", "/api/schedules", { workflowId: workflow, name: "Mornings", cron: "30 8 * * 1-5" });
}, 60_000);
afterAll(() => app[Symbol.asyncDispose]());

async function ended(id: string): Promise<void> {
  const read = () => app.client.call<{ endedAt: string | null }>("GET", `/api/executions/${id}`);
  while ((await read()).endedAt === null) await Bun.sleep(50);
}

async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(" ")} (${v.help})`));
}

const places: Readonly<Record<string, () => { path: string; shows: (page: Page) => Promise<void> }>> = {
  "the workflow list": () => ({
    path: "/workflows",
    shows: (page) => page.getByText("Demo: code review crew").first().waitFor(),
  }),
  "the editor": () => ({
    path: `/workflows/${workflow}`,
    shows: async (page) => {
      const card = editorPage(page).card("Write the review");
      await card.click();
      await page.getByRole("complementary", { name: "Inspector" }).getByText("Provider").first().waitFor();
    },
  }),
  "how a step fails": () => ({
    path: `/workflows/${workflow}`,
    shows: async (page) => {
      await editorPage(page).card("Write the review").click();
      await page.getByRole("tab", { name: "Run" }).click();
      await page.getByRole("region", { name: "When it fails" }).waitFor();
    },
  }),
  "what waits for the person": () => ({
    path: "/waiting",
    shows: (page) => page.getByText("Nothing waits for you").waitFor(),
  }),
  "the list of runs": () => ({
    path: "/runs",
    shows: (page) => page.getByText("Demo: code review crew").first().waitFor(),
  }),
  "a run": () => ({ path: `/runs/${execution}`, shows: (page) => page.getByText("Succeeded").first().waitFor() }),
  "two runs that differ": () => ({
    path: `/runs/compare?a=${execution}&b=${changed}`,
    shows: (page) => page.getByText("They part at").waitFor(),
  }),
  "the tests of a workflow": () => ({
    path: `/workflows/${workflow}/tests`,
    shows: (page) => page.getByRole("listitem").first().waitFor(),
  }),
  "the schedules of a workflow": () => ({
    path: `/workflows/${workflow}/schedules`,
    shows: (page) => page.getByRole("listitem").first().waitFor(),
  }),
  "a new schedule": () => ({
    path: `/workflows/${workflow}/schedules`,
    shows: async (page) => {
      await page.getByRole("button", { name: "New schedule" }).click();
      await page.getByRole("region", { name: "Next runs" }).getByRole("listitem").nth(4).waitFor();
    },
  }),
  "the agents": () => ({ path: "/agents", shows: (page) => page.getByText("Code Analyzer").first().waitFor() }),
  "the settings": () => ({ path: "/settings", shows: (page) => page.getByRole("heading").first().waitFor() }),
  "the limits": () => ({
    path: "/settings/limits",
    shows: (page) => page.getByText("Limits by agent").first().waitFor(),
  }),
  "what is stored": () => ({
    path: "/settings/storage",
    shows: (page) => page.getByText("Edits of documents").waitFor(),
  }),
  "the members": () => ({ path: "/settings/members", shows: (page) => page.getByRole("heading").first().waitFor() }),
};

for (const colorScheme of ["light", "dark"] as const) {
  for (const [name, place] of Object.entries(places)) {
    test(`${name} has no serious accessibility finding in the ${colorScheme} theme`, async () => {
      const window = await app.window({ colorScheme, reducedMotion: "reduce" });
      const page = await window.newPage();
      const { path, shows } = place();
      await page.goto(`${app.server.url}${path}`);
      await shows(page);
      expect(await seriousFindings(page)).toEqual([]);
      expect(window.troubles).toEqual([]);
      await window.close();
    }, 60_000);
  }

  test(`the sign-in page has no serious accessibility finding in the ${colorScheme} theme`, async () => {
    const context = await app.browser.newContext({ colorScheme });
    const page = await context.newPage();
    await page.goto(app.server.url);
    await page.getByLabel("Password", { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await context.close();
  }, 60_000);
}
