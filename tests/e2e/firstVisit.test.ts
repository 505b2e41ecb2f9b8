import { expect, test } from "bun:test";
import { launchBrowser } from "#tests/support/browser.ts";
import { editorPage } from "#tests/support/editorPage.ts";
import { startServer } from "#tests/support/serverProcess.ts";

test("the first visitor chooses a name and a password, lands in the demo workflow, presses Run and sees it go green", async () => {
  await using server = await startServer();
  const browser = await launchBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    context.setDefaultTimeout(20_000);
    const troubles: string[] = [];
    context.on("weberror", (error) => troubles.push(String(error.error())));
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByLabel("Name").fill("Ada");
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/workflows\/wf_/);

    const editor = editorPage(page);
    await editor.card("Code Analyzer").waitFor();
    await editor.run();
    await editor.ended("Succeeded");
    await editor.step("Write the review").click();
    await page.getByText("Offline model, quoting:").first().waitFor();
    expect(await page.locator('.agent-card[data-status="failed"]').count()).toBe(0);

    await page.reload();
    await editor.card("Code Analyzer").waitFor();
    await page.getByRole("link", { name: "Runs" }).first().click();
    await page.getByText("Succeeded").first().waitFor();
    expect(troubles).toEqual([]);
  } finally {
    await browser.close();
  }
}, 120_000);
