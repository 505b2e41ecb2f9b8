import { carrySession, launchBrowser } from "#tests/support/browser.ts";
import { signUpOwner } from "#tests/support/restClient.ts";
import { startServer } from "#tests/support/serverProcess.ts";
import { bareRequest, pressAndWatch } from "../support/inPage.mjs";
import { fixed, type Measure, median } from "../support/measurement.ts";

const runs = 9;
const limitMs = 150;

const oneStep = {
  nodes: [{ id: "only", key: "input", agent: "input", name: "Only step", position: { x: 0, y: 0 }, config: {} }],
  edges: [],
};

/** From the press of Run to the first change on the node's card, in the page's own clock, beside a bare request to the same server. */
export const firstEvent: Measure = {
  name: "firstEvent",
  needs: ["chromium"],
  async run() {
    await using opened = new AsyncDisposableStack();
    const browser = opened.adopt(await launchBrowser(), (it) => it.close());
    const server = opened.use(await startServer());
    const client = await signUpOwner(server.url);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await carrySession(context, server.url, client.cookie);
    const page = await context.newPage();
    const latencies: number[] = [];
    const requests: number[] = [];
    for (let run = 0; run < runs; run++) {
      // A workflow of its own each time: the run before would be shown again.
      const { id } = await client.call<{ id: string }>("POST", "/api/workflows", { name: "One step", graph: oneStep });
      await page.goto(`${server.url}/workflows/${id}`, { waitUntil: "networkidle" });
      await page.locator(".agent-card").waitFor();
      latencies.push(await page.evaluate(pressAndWatch));
      requests.push(await page.evaluate(bareRequest));
      await page.locator("[data-run=succeeded]").waitFor();
    }
    const latency = median(latencies);
    const request = median(requests);
    return [
      {
        what: `Run pressed to first status on the node's card, browser, embedded database (median of ${runs})`,
        value: `${fixed(latency)} ms`,
        against: `a bare authenticated request from the same page, ${fixed(request)} ms`,
        ratio: fixed(latency / request),
        limit: `${limitMs} ms`,
        holds: latency <= limitMs,
      },
    ];
  },
};
