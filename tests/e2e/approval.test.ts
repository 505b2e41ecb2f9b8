import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { carrySession, launchBrowser } from "#tests/support/browser.ts";
import { type RestClient, signUpOwner } from "#tests/support/restClient.ts";
import { type RunningServer, startServer } from "#tests/support/serverProcess.ts";

let folder: string;
let server: RunningServer;
let browser: Browser;
let client: RestClient;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "agentflow-approval-"));
  server = await startServer({ folder });
  browser = await launchBrowser();
  client = await signUpOwner(server.url);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const node = (id: string, agent: string, rest: { name: string; x: number; config?: object }) => ({
  id,
  key: id,
  agent,
  name: rest.name,
  position: { x: rest.x, y: 0 },
  config: rest.config ?? {},
});
const asking = {
  title: "Pay {{ steps.in.value.amount }} to {{ steps.in.value.to }}?",
  body: "The invoice is **complete**.\n\n- checked by two\n- due on Friday",
  fields: [
    { name: "limit", label: "Limit", type: "number", required: true },
    { name: "account", label: "Account", type: "choice", choices: "Main, Savings" },
    { name: "note", label: "Note", type: "text" },
  ],
  deadline: "2 d",
};
const graph = {
  nodes: [
    node("in", "input", { name: "Input", x: 0, config: { fields: [] } }),
    node("ask", "approval", { name: "Ask", x: 300, config: asking }),
    node("out", "output", { name: "Output", x: 600 }),
  ],
  edges: [
    { id: "e1", source: "in", sourcePort: "value", target: "ask", targetPort: "value" },
    { id: "e2", source: "ask", sourcePort: "approved", target: "out", targetPort: "value" },
  ],
};

async function startAsking(): Promise<string> {
  const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "Invoices", graph });
  const input = { amount: "12 €", to: "Grace" };
  const started = await client.call<{ executionId: string }>("POST", `/api/workflows/${id}/execute`, { input });
  return started.executionId;
}
async function pageAt(path: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(20_000);
  await carrySession(context, server.url, client.cookie);
  const page = await context.newPage();
  await page.goto(`${server.url}${path}`);
  return page;
}
const badge = (page: Page) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: /Waiting/ });

test("an approval survives kill -9 and a restart, and is given in the inbox", async () => {
  const id = await startAsking();
  const page = await pageAt("/waiting");
  await page.getByRole("button", { name: "Pay 12 € to Grace?" }).waitFor();
  await page.getByText("checked by two").waitFor();
  expect(await badge(page).innerText()).toContain("1");

  const { port } = server;
  await server.crash();
  server = await startServer({ folder, port });
  await page.reload();
  await page.getByText("checked by two").waitFor();

  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("“Limit” is missing.").waitFor();
  await page.getByLabel("Limit").fill("twelve");
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("“Limit” must be a number.").waitFor();
  await page.getByLabel("Limit").fill("12");
  await page.getByRole("combobox", { name: "Account" }).click();
  await page.getByRole("option", { name: "Savings" }).click();
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByText("Approved. The run goes on.").waitFor();
  // The inbox hears at once that it waits no more: whoever has answered knows.
  expect(await page.getByText("This does not wait any more").count()).toBe(0);

  await page.goto(`${server.url}/runs/${id}`);
  await page.getByText("Succeeded", { exact: true }).first().waitFor();
  const { output } = await client.call<{ output: object }>("GET", `/api/executions/${id}`);
  expect(output).toEqual({
    decision: "approved",
    by: "Ada",
    values: { limit: 12, account: "Savings" },
    value: { amount: "12 €", to: "Grace" },
  });
  expect(await badge(page).innerText()).not.toContain("1");
}, 120_000);

test("a run's page asks too, and tells who comes second that it was answered", async () => {
  const id = await startAsking();
  const [first, second] = [await pageAt(`/runs/${id}`), await pageAt("/waiting")];
  await second.getByText("checked by two").waitFor();
  const step = first.getByRole("region", { name: "Selected step" });
  await step.getByText("Pay 12 € to Grace?").waitFor();
  await first.getByText("Waiting", { exact: true }).first().waitFor();
  await step.getByRole("button", { name: "Reject" }).click();
  await first.getByText("Succeeded", { exact: true }).first().waitFor();
  await second.getByText(/This does not wait any more|has answered already/).waitFor();
}, 60_000);
