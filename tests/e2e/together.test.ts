import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { carrySession, launchBrowser } from "#tests/support/browser.ts";
import { type EditorPage, editorPage } from "#tests/support/editorPage.ts";
import { signUpOwner } from "#tests/support/restClient.ts";
import { startServer } from "#tests/support/serverProcess.ts";

/** A card out of sight is not drawn: the whole graph is brought into view until the card is there. */
async function arrives(editor: EditorPage, name: string): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    await editor.page.locator(".workflow-canvas").focus();
    await editor.page.keyboard.press("1");
    const seen = editor.card(name).first().waitFor({ timeout: 500 });
    if (
      await seen.then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new Error(`${name} did not arrive.`);
}

test("two browsers on one workflow converge, and survive a kill of the server and its restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agentflow-together-"));
  let server = await startServer({ folder });
  const browser = await launchBrowser();
  try {
    const client = await signUpOwner(server.url);
    const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "Ours" });
    const open = async () => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      context.setDefaultTimeout(30_000);
      await carrySession(context, server.url, client.cookie);
      const page = await context.newPage();
      await page.goto(`${server.url}/workflows/${id}`);
      await page.getByText("Add the first step").waitFor();
      return editorPage(page);
    };
    const left = await open();
    const right = await open();
    await left.addStep("input");
    await arrives(right, "Input");
    await right.addStep("output");
    await arrives(left, "Output");
    await left.saved();
    await right.saved();

    await server.crash();
    await left.page.locator("[data-save=offline]").waitFor();
    await left.addStep("condition");
    await left.page.getByText(/offline, \d+ edits? kept/).waitFor();
    server = await startServer({ folder, port: server.port });
    await arrives(right, "Condition");
    await arrives(left, "Condition");
    await left.saved();
    for (const editor of [left, right]) expect(await editor.page.locator(".react-flow__node").count()).toBe(3);

    await left.page.reload();
    await arrives(left, "Condition");
    expect(await left.page.locator(".react-flow__node").count()).toBe(3);
  } finally {
    await browser.close();
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);
