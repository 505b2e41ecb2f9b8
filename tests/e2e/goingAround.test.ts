import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Application, startApplication } from "#tests/support/application.ts";

let app: Application;
beforeAll(async () => {
  app = await startApplication();
}, 60_000);
afterAll(() => app[Symbol.asyncDispose]());

test("every page and every section of the settings can be left for the next", async () => {
  const context = await app.window();
  const page = await context.newPage();
  const main = page.getByRole("navigation", { name: "Main" });
  await page.goto(`${app.server.url}/workflows`);
  await main.getByRole("link", { name: "Settings" }).click();
  for (const section of ["Profile", "Workspace", "Members", "Models", "Limits", "Audit log", "Appearance"]) {
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: section }).click();
    await page.getByRole("heading", { level: 1, name: section }).waitFor();
  }
  for (const name of ["Agents", "Settings", "Runs", "Settings", "Workflows"]) {
    await main.getByRole("link", { name, exact: true }).click();
    await page.getByRole("heading", { level: 1, name: name === "Settings" ? "Appearance" : name }).waitFor();
  }
  expect(context.troubles).toEqual([]);
  await context.close();
}, 60_000);
