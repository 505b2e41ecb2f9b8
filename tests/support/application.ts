import type { Browser, BrowserContext, BrowserContextOptions } from "playwright-core";
import { carrySession, launchBrowser } from "./browser.ts";
import { type RestClient, signUpOwner } from "./restClient.ts";
import { type RunningServer, startServer } from "./serverProcess.ts";

/** A real server with an owner, and a real browser. */
export interface Application extends AsyncDisposable {
  readonly server: RunningServer;
  readonly browser: Browser;
  readonly client: RestClient;
  /** A window that is signed in as the owner. What the page throws or logs as an error is collected. */
  window(options?: BrowserContextOptions): Promise<BrowserContext & { readonly troubles: string[] }>;
}

export async function startApplication(env: Readonly<Record<string, string>> = {}): Promise<Application> {
  await using opened = new AsyncDisposableStack();
  const browser = opened.adopt(await launchBrowser(), (it) => it.close());
  const server = opened.use(await startServer({ env }));
  const client = await signUpOwner(server.url);
  const all = opened.move();
  return {
    server,
    browser,
    client,
    async window(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
      context.setDefaultTimeout(20_000);
      await carrySession(context, server.url, client.cookie);
      const troubles: string[] = [];
      context.on("weberror", (error) => troubles.push(String(error.error())));
      context.on("console", (message) => {
        if (message.type() === "error") troubles.push(message.text());
      });
      return Object.assign(context, { troubles });
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
