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
      await page.locator("header").getByRole("button", { name: /^Run/ }).click();
      const form = page.getByRole("dialog", { name: "Run with" });
      const begun = panel.or(form).first();
      await begun.waitFor();
      if (await form.isVisible()) await form.getByRole("button", { name: "Run" }).click();
    },
    ended: (status) => panel.getByText(status, { exact: true }).first().waitFor(),
    saved: () => page.locator("[data-save=saved]").waitFor(),
    step: (name) => panel.getByRole("option").filter({ hasText: name }),
  };
}
