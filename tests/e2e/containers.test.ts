import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { type Application, startApplication } from "#tests/support/application.ts";
import { type EditorPage, editorPage } from "#tests/support/editorPage.ts";

let app: Application;
beforeAll(async () => {
  app = await startApplication();
}, 60_000);
afterAll(async () => {
  await app[Symbol.asyncDispose]();
}, 60_000);

async function openNew() {
  const window = await app.window();
  const page = await window.newPage();
  const editor = editorPage(page);
  await page.goto(app.server.url);
  await page.getByRole("button", { name: "New workflow" }).first().click();
  await page.waitForURL(/\/workflows\/wf_/);
  await page.getByText("Add the first step").waitFor();
  return { window, page, editor };
}

/** A for-each over so many numbers, on an empty canvas. */
async function addForEach(editor: EditorPage, items: string): Promise<void> {
  const { page } = editor;
  await page.getByRole("button", { name: /Add the first step/ }).click();
  await page.getByRole("combobox", { name: "Search agents" }).fill("for each");
  await page.keyboard.press("Enter");
  await editor.card("For each").waitFor();
  await page.getByRole("complementary", { name: "Inspector" }).locator(".monaco-editor").first().click();
  await page.keyboard.type(items);
  await takeKeys(editor);
  await page.keyboard.press("ArrowRight");
  await page.locator(".react-flow__node-frame.selected").waitFor();
}

/** Gives the canvas the keys, with nothing selected: it has them when Escape is heard. */
async function takeKeys({ page }: EditorPage): Promise<void> {
  await page.locator(".workflow-canvas").focus();
  for (let tries = 0; tries < 50 && (await selected(page).count()) > 0; tries += 1) await page.keyboard.press("Escape");
}

async function boxOf(editor: EditorPage, name: string) {
  const box = await editor.card(name).boundingBox();
  if (box === null) throw new Error(`${name} is not on screen`);
  return box;
}

/** Presses at one place of the page and lets go at another, as a hand does. */
async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 5 });
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
}

const edges = (page: Page) => page.locator(".react-flow__edge");
const selected = (page: Page) => page.locator(".react-flow__node.selected");

test("a for-each is drawn with the keyboard alone, runs, and shows its iterations together and one by one", async () => {
  const { window, page, editor } = await openNew();
  await addForEach(editor, "[1,2,3,4,5,6]");
  // Enter goes into the empty frame: the first step takes the item and gives the result.
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "Search agents" }).fill("condition");
  await page.keyboard.press("Enter");
  await editor.card("Condition").waitFor();
  expect(await edges(page).count()).toBe(2);
  // The next one is put before the end of the frame.
  await editor.addStep("switch");
  await editor.card("Switch").waitFor();
  expect(await edges(page).count()).toBe(3);
  await page.keyboard.press("ArrowLeft");
  expect(await selected(page).innerText()).toContain("Condition");
  await page.keyboard.press("Escape");
  expect(await selected(page).innerText()).toContain("For each");
  await page.keyboard.press("Enter");
  expect(await selected(page).innerText()).toContain("Condition");
  await editor.saved();

  await editor.run();
  await editor.ended("Succeeded");
  await editor.card("Condition").getByText("6/6").waitFor();
  const picker = page.getByRole("toolbar", { name: "Iterations of For each" });
  await picker.getByText("of 6").waitFor();
  await picker.getByRole("button", { name: "Next iteration" }).click();
  await picker.getByRole("button", { name: "Next iteration" }).click();
  expect(await picker.getByRole("textbox").inputValue()).toBe("2");
  expect(await editor.card("Condition").getByText("6/6").count()).toBe(0);
  // The panel shows the value of that iteration, and the list leads to another.
  await editor.card("Condition").click();
  const panel = page.getByRole("region", { name: "Run" });
  await panel.getByRole("option", { name: /Iteration 5/ }).click();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>(".iteration-number input")?.value === "5");
  await picker.getByRole("button", { name: "All" }).click();
  await editor.card("Condition").getByText("6/6").waitFor();
  expect(window.troubles).toEqual([]);
  await window.close();
}, 120_000);

test("cards are dragged into a frame and out of it; what would cross it goes, and undo brings it back", async () => {
  const { window, page, editor } = await openNew();
  await addForEach(editor, "[1]");
  await page.keyboard.press("1");
  const frame = await boxOf(editor, "For each");
  await page.keyboard.press("n");
  await page.getByRole("combobox", { name: "Search agents" }).fill("condition");
  const entry = await page.getByRole("option", { name: /Condition/ }).boundingBox();
  if (entry === null) throw new Error("The palette is not open");
  const inside = { x: frame.x + frame.width * 0.45, y: frame.y + frame.height * 0.6 };
  await drag(page, { x: entry.x + 20, y: entry.y + 10 }, inside);
  await editor.card("Condition").waitFor();
  expect(await edges(page).count()).toBe(2);
  expect(await editor.card("Condition").getAttribute("aria-label")).toContain("in For each");

  const card = await boxOf(editor, "Condition");
  const grip = { x: card.x + 60, y: card.y + 16 };
  const around = await boxOf(editor, "For each");
  await drag(page, grip, { x: around.x + 80, y: around.y + around.height + 140 });
  await page.getByText("2 connections were removed").waitFor();
  expect(await edges(page).count()).toBe(0);
  expect(await editor.card("Condition").getAttribute("aria-label")).not.toContain("in For each");
  await page.keyboard.press("Control+z");
  await page.locator('[aria-label="Condition, Condition, in For each"]').waitFor();
  expect(await edges(page).count()).toBe(2);

  // A card that is moved to the border makes room for itself.
  const before = await boxOf(editor, "For each");
  const back = await boxOf(editor, "Condition");
  await drag(page, { x: back.x + 60, y: back.y + 16 }, { x: back.x + 160, y: back.y + 16 });
  await page.waitForFunction(
    (width) => (document.querySelector(".react-flow__node-frame")?.getBoundingClientRect().width ?? 0) > width + 20,
    before.width,
  );
  // Deleted with what lies in it, brought back with it.
  await editor.card("For each").getByText("For each").click();
  await page.keyboard.press("Delete");
  await page.getByText("Add the first step").waitFor();
  await page.keyboard.press("Control+z");
  await editor.card("Condition").waitFor();
  expect(await edges(page).count()).toBe(2);
  expect(window.troubles).toEqual([]);
  await window.close();
}, 120_000);

test("a frame is resized by its upper left corner while its steps stay, and a note on it goes where it goes", async () => {
  const each = {
    id: "each",
    key: "each",
    agent: "forEach",
    name: "For each",
    position: { x: 0, y: 0 },
    config: { items: "[1]" },
  };
  const step = { id: "step", key: "step", agent: "wait", name: "Step", position: { x: 240, y: 200 }, config: {} };
  const graph = {
    nodes: [
      { ...each, size: { width: 640, height: 360 } },
      { ...step, parent: "each" },
    ],
    edges: [],
    notes: [{ id: "note", text: "Mind this", position: { x: 240, y: 110 }, width: 160, height: 64 }],
  };
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", { name: "Framed", graph });
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/workflows/${id}`);
  const editor = editorPage(page);
  const frame = page.locator(".react-flow__node-frame");
  const note = page.locator(".react-flow__node-note");
  const stored = async () => {
    await editor.saved();
    return app.client.call<{ graph: { nodes: { position: object; size?: object }[]; notes: { position: object }[] } }>(
      "GET",
      `/api/workflows/${id}`,
    );
  };
  const head = frame.locator(".agent-frame-head");
  await head.click({ position: { x: 60, y: 20 } });
  const before = await boxOf(editor, "Step");
  const corner = await page.locator(".react-flow__resize-control.handle.top.left").boundingBox();
  if (corner === null) throw new Error("no corner");
  await drag(page, { x: corner.x + 4, y: corner.y + 4 }, { x: corner.x + 84, y: corner.y - 44 });
  expect(await boxOf(editor, "Step")).toEqual(before);
  const pictures = process.env.PICTURES;
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/frame.png`, animations: "disabled" });
  const { graph: resized } = await stored();
  const [frameNode, stepNode] = resized.nodes;
  expect(frameNode?.position).not.toEqual({ x: 0, y: 0 });
  expect(stepNode?.position).not.toEqual(step.position);
  const from = await head.boundingBox();
  const noteFrom = await note.boundingBox();
  if (from === null || noteFrom === null) throw new Error("not on screen");
  const grip = { x: from.x + 60, y: from.y + 20 };
  await drag(page, grip, { x: grip.x + 64, y: grip.y + 48 });
  const [to, noteTo] = [await head.boundingBox(), await note.boundingBox()];
  if (to === null || noteTo === null) throw new Error("not on screen");
  expect(to.x).toBeGreaterThan(from.x);
  expect([noteTo.x - noteFrom.x, noteTo.y - noteFrom.y]).toEqual([to.x - from.x, to.y - from.y]);
  expect((await stored()).graph.notes[0]?.position).not.toEqual(graph.notes[0]?.position);
  await window.close();
}, 60_000);

test("one deletes a container while another writes in a step of it: both see the same, and undo brings all of it back", async () => {
  const { window, page, editor: left } = await openNew();
  await addForEach(left, "[1]");
  await page.keyboard.press("Enter");
  await page.getByRole("combobox", { name: "Search agents" }).fill("condition");
  await page.keyboard.press("Enter");
  await left.card("Condition").waitFor();
  await left.saved();
  const other = await app.window();
  const right = editorPage(await other.newPage());
  await right.page.goto(page.url());
  await right.card("Condition").click();
  await right.page.getByRole("complementary", { name: "Inspector" }).locator(".monaco-editor").first().click();
  await left.card("For each").getByText("For each").click();
  await Promise.all([page.keyboard.press("Delete"), right.page.keyboard.insertText(" and value != 3")]);
  for (const { page: each } of [left, right]) await each.getByText("Add the first step").waitFor();
  await page.keyboard.press("Control+z");
  for (const each of [left, right]) {
    await each.card("Condition").waitFor();
    expect(await edges(each.page).count()).toBe(2);
    expect(await each.card("Condition").getAttribute("aria-label")).toContain("in For each");
  }
  // Whether the words came before the end of their field or after it, both have the same.
  await left.saved();
  const words = await left.card("Condition").innerText();
  await right
    .card("Condition")
    .filter({ hasText: words.split("\n")[1] ?? words })
    .waitFor();
  expect([...window.troubles, ...other.troubles]).toEqual([]);
  await other.close();
  await window.close();
}, 120_000);
