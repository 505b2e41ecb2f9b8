import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import type { Schedule } from "#src/schemas/schedule.ts";
import { type Application, startApplication } from "#tests/support/application.ts";
import { carrySession } from "#tests/support/browser.ts";

let app: Application;
let workflow: string;
beforeAll(async () => {
  app = await startApplication();
  const fields = [
    { name: "topic", type: "text", required: true, description: "What to look for." },
    { name: "most", type: "number", required: true },
  ];
  const input = { id: "in", key: "in", agent: "input", name: "In", position: { x: 0, y: 0 }, config: { fields } };
  const graph = { nodes: [input], edges: [] };
  workflow = (await app.client.call<{ id: string }>("POST", "/api/workflows", { name: "Morning digest", graph })).id;
}, 60_000);
afterAll(() => app[Symbol.asyncDispose]());

/** Pictures for people, when asked for. */
const pictures = process.env.SCHEDULE_PICTURES;
async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png`, animations: "disabled" });
}

const stored = async () =>
  (await app.client.call<{ items: Schedule[] }>("GET", `/api/schedules?workflowId=${workflow}`)).items;
const choose = async (page: Page, field: string, option: string) => {
  await page.getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: option }).click();
};

test("a schedule is made, shows its next run, is switched off, deleted and brought back", async () => {
  const window = await app.window({ timezoneId: "Asia/Kolkata" });
  const page = await window.newPage();
  await page.goto(`${app.server.url}/workflows/${workflow}`);
  await page
    .getByRole("navigation", { name: "Views of the workflow" })
    .getByRole("link", { name: "Schedules" })
    .click();
  await page.getByText("No schedules yet").waitFor();
  await picture(page, "schedules-empty");
  await page.getByRole("button", { name: "New schedule" }).click();

  const dialog = page.getByRole("dialog", { name: "New schedule" });
  expect(await dialog.getByLabel("Time zone").inputValue()).toMatch(/^Asia\/(Kolkata|Calcutta)$/);
  await choose(page, "When", "Monday to Friday");
  await dialog.getByLabel("At", { exact: true }).fill("08:30");
  const next = dialog.getByRole("region", { name: "Next runs" });
  await next.getByText("08:30").nth(4).waitFor();
  await dialog.getByLabel("Time zone").selectOption("Europe/Berlin");
  await next.getByText("there").nth(4).waitFor();
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.getByText("`most` is missing.").waitFor();
  await dialog.getByLabel("topic").fill("postgres");
  await dialog.getByLabel("most").fill("5");
  await picture(page, "schedules-dialog");
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.waitFor({ state: "detached" });

  const row = page.getByRole("list", { name: "Schedules" }).getByRole("listitem");
  await row.getByText("Next").waitFor();
  const [made] = await stored();
  expect(made).toMatchObject({
    name: "At 08:30, Monday to Friday",
    cron: "30 8 * * 1-5",
    timezone: "Europe/Berlin",
    input: { topic: "postgres", most: 5 },
    enabled: true,
  });
  expect(await row.locator("time").getAttribute("datetime")).toBe(made?.nextRunAt ?? "");
  await picture(page, "schedules");

  await row.getByRole("switch").click();
  await row.getByText("Off").waitFor();
  await page.waitForFunction(() => document.querySelector("[role=switch]")?.getAttribute("aria-checked") === "false");
  while ((await stored())[0]?.enabled !== false) await page.waitForTimeout(20);

  await row.getByRole("button", { name: /^More/ }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByText("No schedules yet").waitFor();
  expect(await stored()).toEqual([]);
  await page.getByRole("button", { name: "Undo" }).click();
  await row.waitFor();
  expect((await stored())[0]).toMatchObject({
    cron: "30 8 * * 1-5",
    input: { topic: "postgres", most: 5 },
    enabled: false,
  });
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("a cron line that is none is refused at its field while it is typed, and the form keeps what was entered", async () => {
  const window = await app.window({ colorScheme: "dark" });
  const page = await window.newPage();
  await page.goto(`${app.server.url}/workflows/${workflow}/schedules`);
  await page.getByRole("button", { name: "At 08:30, Monday to Friday", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Edit schedule" });
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.locator("button:focus", { hasText: "At 08:30, Monday to Friday" }).waitFor();
  const more = page.getByRole("button", { name: /^More for/ });
  await more.focus();
  await page.keyboard.press("Enter");
  await page.locator("[role=menuitem]:focus").waitFor();
  await page.keyboard.press("Enter");
  await dialog.locator("button:focus").waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.locator("button:focus[aria-label^='More for']").waitFor();
  await page.getByRole("button", { name: "At 08:30, Monday to Friday", exact: true }).click();
  expect(await dialog.getByLabel("topic").inputValue()).toBe("postgres");
  await choose(page, "When", "Custom cron line");
  const line = dialog.getByLabel("Cron line");
  expect(await line.inputValue()).toBe("30 8 * * 1-5");
  await line.fill("61 * * * *");
  await dialog.getByRole("alert").getByText("is no cron line").waitFor();
  expect(await line.getAttribute("aria-invalid")).toBe("true");
  await picture(page, "schedules-refused-dark");
  await line.fill("0 */6 * * *");
  await dialog.getByText("Every 6 hours at :00").first().waitFor();
  await dialog.getByRole("region", { name: "Next runs" }).getByRole("listitem").nth(4).waitFor();
  await line.press("Enter");
  await dialog.waitFor({ state: "detached" });
  expect((await stored())[0]).toMatchObject({ name: "Every 6 hours at :00", cron: "0 */6 * * *", enabled: false });
  await window.close();
}, 60_000);

test("who may only look sees the schedules, on a phone too, and finds nothing that would be refused", async () => {
  const role = { role: "viewer" };
  const invited = await app.client.call<{ result: { data: { token: string } } }>(
    "POST",
    "/trpc/workspaces.invite",
    role,
  );
  const signedUp = await fetch(`${app.server.url}/trpc/auth.signUp`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: invited.result.data.token, username: "Grace", password: "correct horse battery" }),
  });
  const context = await app.browser.newContext({ viewport: { width: 390, height: 844 } });
  await carrySession(context, app.server.url, (signedUp.headers.get("set-cookie") ?? "").split(";")[0] ?? "");
  const page = await context.newPage();
  await page.goto(`${app.server.url}/workflows/${workflow}/schedules`);
  const row = page.getByRole("list", { name: "Schedules" }).getByRole("listitem");
  await row.getByText("0 */6 * * *").waitFor();
  expect(await row.getByRole("switch").isDisabled()).toBe(true);
  expect(await row.getByRole("button").count()).toBe(0);
  expect(await page.getByRole("button", { name: "New schedule" }).count()).toBe(0);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
  await picture(page, "schedules-viewer-narrow");
  await context.close();
}, 60_000);
