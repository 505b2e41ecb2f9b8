import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { type Application, startApplication } from "#tests/support/application.ts";
import { carrySession } from "#tests/support/browser.ts";
import { editorPage } from "#tests/support/editorPage.ts";
import { owner } from "#tests/support/restClient.ts";

let app: Application;
beforeAll(async () => {
  app = await startApplication();
}, 60_000);
afterAll(() => app[Symbol.asyncDispose]());

/** A session of the owner's own for one test, in a window that has a new workflow open; `withoutParts` cannot be fetched. */
async function openWorkflow(withoutParts?: RegExp) {
  const answer = await fetch(`${app.server.url}/api/auth/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(owner),
  });
  const cookie = (answer.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const context = await app.browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(20_000);
  await carrySession(context, app.server.url, cookie);
  const page = await context.newPage();
  if (withoutParts) await page.route(withoutParts, (route) => route.abort());
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", { name: "Kept" });
  await page.goto(`${app.server.url}/workflows/${id}`);
  const editor = editorPage(page);
  await page.getByRole("button", { name: /Add the first step/ }).click();
  await page.getByRole("combobox", { name: "Search agents" }).fill("input");
  await page.keyboard.press("Enter");
  await editor.card("Input").waitFor();
  await editor.saved();
  const endElsewhere = () =>
    fetch(`${app.server.url}/api/auth/sign-out`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json" },
      body: "{}",
    });
  return { context, page, editor, endElsewhere };
}

const dialogOf = (page: Page) => page.getByRole("dialog", { name: "You were signed out" });

async function signIn(page: Page): Promise<void> {
  const dialog = dialogOf(page);
  expect(await dialog.getByRole("textbox", { name: "Name" }).inputValue()).toBe(owner.username);
  await dialog.getByRole("textbox", { name: "Password" }).fill(owner.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.waitFor({ state: "detached" });
}

test("a session ended elsewhere asks to sign in over the open workflow, and goes on there", async () => {
  const { context, page, editor, endElsewhere } = await openWorkflow();
  expect((await endElsewhere()).status).toBe(200);
  await dialogOf(page).getByText("You were signed out. Sign in to go on.").waitFor();
  await page.locator("[data-save=signedOut]").waitFor();
  await signIn(page);
  await editor.saved();
  await editor.addStep("output");
  await editor.saved();
  await page.reload();
  await editor.card("Output").waitFor();
  await context.close();
}, 60_000);

test("edits that were not sent when the session ended are sent after signing in again", async () => {
  const { context, page, editor, endElsewhere } = await openWorkflow();
  await context.setOffline(true);
  await page.locator("[data-save=offline]").waitFor();
  // The open socket does not know that the network is gone: it takes edits along until the server ends it.
  await endElsewhere();
  await editor.addStep("output");
  await page.getByText(/edits? kept/).waitFor();
  await context.setOffline(false);
  await dialogOf(page)
    .getByText(/Sign in to keep your (\d+ edits|edit)\./)
    .waitFor();
  await signIn(page);
  await editor.saved();
  await page.reload();
  await editor.card("Output").waitFor();
  await context.close();
}, 60_000);

test("somebody else who signs in is told whose edits are left behind, before they are", async () => {
  const invited = await app.client.call<{ result: { data: { token: string } } }>("POST", "/trpc/workspaces.invite", {
    role: "editor",
  });
  const { token } = invited.result.data;
  await fetch(`${app.server.url}/trpc/auth.signUp`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token, username: "Grace", password: owner.password }),
  });
  const { context, page, editor, endElsewhere } = await openWorkflow();
  await context.setOffline(true);
  await page.locator("[data-save=offline]").waitFor();
  await endElsewhere();
  await editor.addStep("output");
  await page.getByText(/edits? kept/).waitFor();
  await context.setOffline(false);
  const dialog = dialogOf(page);
  await dialog.getByText(/Sign in to keep your/).waitFor();
  await dialog.getByRole("textbox", { name: "Name" }).fill("Grace");
  await dialog.getByRole("textbox", { name: "Password" }).fill(owner.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await dialog.getByText(new RegExp(`Only ${owner.username} can keep`)).waitFor();
  await dialog.getByRole("button", { name: "Sign in without them" }).click();
  await dialog.waitFor({ state: "detached" });
  await editor.card("Input").waitFor();
  expect(await editor.card("Output").count()).toBe(0);
  await context.close();
}, 60_000);

test("the page stands while the dialog itself cannot be fetched, and asks as soon as it can", async () => {
  const parts = /\/assets\/SignedOutDialog-/;
  const { context, page, editor, endElsewhere } = await openWorkflow(parts);
  const missed = () => page.waitForEvent("requestfailed", (request) => parts.test(request.url()));
  await endElsewhere();
  await page.locator("[data-save=signedOut]").waitFor();
  await missed();
  expect(await editor.card("Input").isVisible()).toBe(true);
  await page.unroute(parts);
  await signIn(page);
  await editor.saved();
  await context.close();
}, 60_000);

test("signing in again in another tab is enough", async () => {
  const { context, page, editor, endElsewhere } = await openWorkflow();
  await endElsewhere();
  await dialogOf(page).waitFor();
  const answer = await context.request.post(`${app.server.url}/api/auth/sign-in`, { data: owner });
  expect(answer.status()).toBe(200);
  // Without a display no tab comes to the front.
  await page.evaluate(() => window.dispatchEvent(new Event("visibilitychange")));
  await dialogOf(page).waitFor({ state: "detached" });
  await editor.addStep("output");
  await editor.saved();
  await context.close();
}, 60_000);

test("who signs out himself gets the sign-in page", async () => {
  const { context, page } = await openWorkflow();
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("Sign out");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Sign in to AgentFlow" }).waitFor();
  expect(await dialogOf(page).count()).toBe(0);
  await context.close();
}, 60_000);
