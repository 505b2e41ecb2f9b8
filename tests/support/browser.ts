import { type Browser, type BrowserContext, chromium } from "playwright-core";

/** Debian's Chromium without a display or a GPU. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH;
  if (!executablePath) throw new Error("CHROMIUM_PATH is not set: run the tests with `npm test`.");
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"] });
}

/** Takes a REST client's session into a browser context: the owner without the sign-in page. */
export async function carrySession(context: BrowserContext, url: string, cookie: string): Promise<void> {
  const at = cookie.indexOf("=");
  await context.addCookies([{ name: cookie.slice(0, at), value: cookie.slice(at + 1), url }]);
}
