import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { startApplication } from "./application.ts";
import { editorPage } from "./editorPage.ts";

const folder = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
mkdirSync(folder, { recursive: true });

await using app = await startApplication();
const { items } = await app.client.call<{ items: readonly { id: string }[] }>("GET", "/api/workflows");
const workflow = `${app.server.url}/workflows/${items[0]?.id}`;

/** Takes a picture when the page is quiet. */
async function take(page: Page, name: string): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: `${folder}${name}.png`, animations: "disabled" });
  console.log(`docs/screenshots/${name}.png`);
}

for (const colorScheme of ["light", "dark"] as const) {
  const window = await app.window({ colorScheme });
  const page = await window.newPage();
  const editor = editorPage(page);
  await page.goto(workflow);
  await editor.card("Code Analyzer").waitFor();
  await editor.run();
  await editor.ended("Succeeded");
  await page.keyboard.press("Escape");
  await editor.step("Write the review").click();
  await page.getByText("Offline model, quoting:").first().waitFor();
  await page.locator(".workflow-canvas").focus();
  await page.keyboard.press("1");
  await page.waitForTimeout(400);
  await take(page, `editor-${colorScheme}`);
  await page.goto(`${app.server.url}/runs`);
  await page.locator('a[href^="/runs/exe_"]').first().click();
  await page.getByRole("radio", { name: /timeline/i }).click();
  await take(page, `run-${colorScheme}`);
  await window.close();
}
const phone = await app.window({ viewport: { width: 390, height: 844 } });
const page = await phone.newPage();
await page.goto(workflow);
await editorPage(page).card("Code to review").first().waitFor();
await take(page, "editor-narrow");
