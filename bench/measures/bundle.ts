import { gzipSync } from "node:zlib";
import type { Browser, Page } from "playwright-core";
import { carrySession, launchBrowser } from "#tests/support/browser.ts";
import { signUpOwner } from "#tests/support/restClient.ts";
import { type RunningServer, startServer } from "#tests/support/serverProcess.ts";
import { atMost, type Measure } from "../support/measurement.ts";

/** Sum of the gzip sizes of all JavaScript that a page asked for, in kB of 1,000 bytes. */
async function scriptKb(page: Page, visit: () => Promise<void>): Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    if (/\.js(\?|$)/.test(response.url()))
      sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
  });
  await visit();
  return (await Promise.all(sizes)).reduce((a, b) => a + b, 0) / 1000;
}

async function openPage(browser: Browser, server: RunningServer, cookie: string | null): Promise<Page> {
  const context = await browser.newContext();
  if (cookie) await carrySession(context, server.url, cookie);
  // What is fetched ahead in idle moments is no part of a first view: here no moment is idle.
  await context.addInitScript("window.requestIdleCallback = () => 0");
  return context.newPage();
}

/** JavaScript of the first views: what the browser has loaded when the view is there, gzip; what it fetches ahead when idle does not count. */
export const bundle: Measure = {
  name: "bundle",
  needs: ["chromium"],
  async run() {
    await using server = await startServer();
    const browser = await launchBrowser();
    try {
      const first = await openPage(browser, server, null);
      const firstKb = await scriptKb(first, async () => {
        await first.goto(server.url, { waitUntil: "commit" });
        await first.getByLabel("Password", { exact: true }).waitFor();
      });
      const client = await signUpOwner(server.url);
      const { items } = await client.call<{ items: readonly { id: string }[] }>("GET", "/api/workflows");
      const list = await openPage(browser, server, client.cookie);
      const listKb = await scriptKb(list, async () => {
        await list.goto(server.url, { waitUntil: "commit" });
        await list.getByText("Demo: code review crew").first().waitFor();
      });
      const editor = await openPage(browser, server, client.cookie);
      const editorKb = await scriptKb(editor, async () => {
        await editor.goto(`${server.url}/workflows/${items[0]?.id}`, { waitUntil: "commit" });
        await editor.locator(".react-flow__node").first().waitFor();
      });
      return [
        atMost("JavaScript of the first view (set-up), gzip", firstKb, 250, "kB"),
        atMost("JavaScript of the workflow list, gzip", listKb, 250, "kB"),
        atMost("JavaScript of the editor with the demo workflow drawn, without Monaco, gzip", editorKb, 400, "kB"),
      ];
    } finally {
      await browser.close();
    }
  },
};
