import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Application, startApplication } from "#tests/support/application.ts";
import { editorPage } from "#tests/support/editorPage.ts";

let app: Application;
beforeAll(async () => {
  app = await startApplication();
}, 60_000);
afterAll(() => app[Symbol.asyncDispose]());

test("a server that goes away before every part was fetched leaves the open page as it is", async () => {
  const context = await app.window();
  const page = await context.newPage();
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", { name: "Kept" });
  // What a page needs to stand is there, what comes later is not.
  const later = /\/assets\/(ToastArea|TooltipBubble|ShortcutsDialog|CommandMenu|PersonMenu)-/;
  const missed = (part: string) => page.waitForEvent("requestfailed", (request) => request.url().includes(part));
  await page.route(later, (route) => route.abort());
  const first = missed("ToastArea");
  await page.goto(`${app.server.url}/workflows/${id}`);
  await first;
  // Without being asked for again: whoever tries again is still there.
  await missed("ToastArea");
  const editor = editorPage(page);
  await editor.addStep("input");
  await editor.saved();

  const asked = missed("ShortcutsDialog");
  await page.keyboard.press("?");
  await asked;
  await page.unroute(later);
  await page.getByText("A part of AgentFlow could not be loaded.").waitFor();
  expect(await editor.card("Input").isVisible()).toBe(true);
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await context.close();
}, 60_000);

test("a page whose style sheet could not be fetched comes with its looks when it is opened again", async () => {
  const context = await app.window();
  const page = await context.newPage();
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", { name: "Styled" });
  const style = /\/assets\/canvas-[^/]+\.css/;
  await page.route(style, (route) => route.abort());
  await page.goto(`${app.server.url}/workflows/${id}`);
  await page.getByText("This page ran into a fault").waitFor();
  await page.unroute(style);
  await page.getByRole("link", { name: "Runs" }).click();
  await page.waitForURL(/\/runs$/);
  await page.goBack();
  const pane = page.locator(".react-flow__pane");
  await pane.waitFor();
  expect(await pane.evaluate((element) => getComputedStyle(element).touchAction)).toBe("none");
  await context.close();
}, 60_000);
