import type { Locator, Page } from "playwright-core";

/** The editor as a person finds things in it. */
export interface EditorPage {
  readonly page: Page;
  /** A node's card on the canvas. */
  card(name: string): Locator;
  /** Opens the palette with its key and takes the first agent found. */
  addStep(agent: string): Promise<void>;
  /** Presses Run and, where the workflow asks for input, Run again. */
  run(): Promise<void>;
  /** Waits until the run panel says so, e.g. "Succeeded". */
  ended(status: string): Promise<void>;
  /** Waits until every own edit is in the journal. */
  saved(): Promise<void>;
  /** A step's line in the run panel. */
  step(name: string): Locator;
}

export function editorPage(page: Page): EditorPage {
  const panel = page.getByRole("region", { name: "Run" });
  return {
    page,
    card: (name) => page.locator(".react-flow__node").filter({ hasText: name }),
    async addStep(agent) {
      await page.keyboard.press("n");
      await page.getByRole("combobox", { name: "Search agents" }).fill(agent);
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Add a step" }).waitFor({ state: "detached" });
    },
    async run() {
      const form = page.getByRole("dialog", { name: "Run with" });
      // The panel of an earlier run may be open: what tells that a run begins is that it is asked for.
      const begun = page.waitForRequest((request) => request.url().includes("workflows.execute"));
      const heard = async () => {
        await page.locator("header").getByRole("button", { name: /^Run/ }).click();
        // Just after a run has ended a press was still meant for Stop: then one presses again.
        const answers = [begun.then(() => true), form.waitFor({ timeout: 1_000 }).then(() => true)];
        return Promise.race(answers).catch(() => false);
      };
      while (!(await heard()));
      if (await form.isVisible()) {
        // A required text is asked for, and an empty one is refused.
        for (const field of await form.getByRole("textbox").all())
          if ((await field.inputValue()) === "") await field.fill("Something");
        await form.getByRole("button", { name: "Run" }).click();
      }
      await begun;
      await panel.waitFor();
    },
    ended: (status) => panel.getByText(status, { exact: true }).first().waitFor(),
    saved: () => page.locator("[data-save=saved]").waitFor(),
    step: (name) => panel.getByRole("option").filter({ hasText: name }),
  };
}
