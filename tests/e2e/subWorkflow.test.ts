import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Application, startApplication } from "#tests/support/application.ts";
import { editorPage } from "#tests/support/editorPage.ts";

let app: Application;
beforeAll(async () => {
  app = await startApplication();
}, 60_000);
afterAll(() => app[Symbol.asyncDispose](), 30_000);

const pictures = process.env.PICTURES;

test("a workflow is found by its name among more than a list shows, by keyboard", async () => {
  const create = async (name: string, graph?: object) =>
    (
      await app.client.call<{ id: string }>("POST", "/api/workflows", {
        name,
        ...(graph === undefined ? {} : { graph }),
      })
    ).id;
  const needle = await create("Review one file");
  for (let count = 0; count < 110; count += 1) await create(`Hay ${count}`);
  const call = { id: "call", key: "call", agent: "workflow", name: "Call", position: { x: 0, y: 0 }, config: {} };
  const id = await create("Caller", { nodes: [{ ...call, config: { workflowId: "" } }], edges: [] });
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/workflows/${id}`);
  const editor = editorPage(page);
  await editor.card("Call").click();
  const field = page.getByRole("complementary", { name: "Inspector" }).getByRole("button", { name: "Workflow" });
  await field.press("Enter");
  await page.getByText("There are more").waitFor();
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/subWorkflow.png`, animations: "disabled" });
  await page.keyboard.type("caller");
  await page.getByText("No other workflow is called that.").waitFor();
  if (pictures !== undefined)
    await page.screenshot({ path: `${pictures}/subWorkflow-none.png`, animations: "disabled" });
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  await page.getByText("There are more").waitFor();
  // Enter before the server has answered chooses nothing of what was there before.
  const answer = Promise.withResolvers<void>();
  await page.route(/workflows\.list.*review/, async (route) => {
    await answer.promise;
    await route.continue();
  });
  const asked = page.waitForRequest(/workflows\.list.*review/);
  await page.keyboard.type("review");
  await asked;
  await page.keyboard.press("Enter");
  await page.getByRole("option", { name: "Hay" }).first().waitFor();
  await field.getByText("Choose").waitFor();
  answer.resolve();
  await page.getByRole("option", { name: "Review one file", selected: true }).waitFor();
  await page.keyboard.press("Enter");
  await field.getByText("Review one file").waitFor();
  await editor.saved();
  const { graph } = await app.client.call<{ graph: { nodes: { config: unknown }[] } }>("GET", `/api/workflows/${id}`);
  expect(graph.nodes[0]?.config).toMatchObject({ workflowId: needle });
  await app.client.call("DELETE", `/api/workflows/${needle}`);
  await page.reload();
  await editor.card("Call").click();
  await field.getByText("This workflow is gone").waitFor();
  await window.close();
}, 90_000);
