import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { type Database, openDatabase } from "#db/client.ts";
import { type Application, startApplication } from "#tests/support/application.ts";
import { freshPostgres } from "#tests/support/database.ts";
import { asOwner } from "#tests/support/databases.ts";
import { logEvents } from "#tests/support/logEvents.ts";

let app: Application;
let db: Database;
const ends = new AsyncDisposableStack();
beforeAll(async () => {
  const server = ends.use(await freshPostgres());
  app = ends.use(await startApplication({ DATABASE_URL: server.url }));
  db = await openDatabase({ url: server.url });
  ends.defer(() => db.close());
}, 60_000);
afterAll(() => ends.disposeAsync());

/** Pictures for people, when asked for. */
const pictures = process.env.RETENTION_PICTURES;
async function picture(page: Page, name: string): Promise<void> {
  if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${name}.png`, animations: "disabled" });
}

/** What rounds of the housekeeping leave behind: the first comes a minute after the start. */
async function pretendRounds() {
  await asOwner(
    db,
    `insert into storage_use (workspace_id, executions, execution_bytes, events, event_bytes, removed, removed_bytes,
       removed_until, last_removed_at, checked_at)
     select id, 81234, 105000000, 912345, 402000000, 20412, 123456789, now() - interval '90 days', now() - interval '2 hours', now()
     from workspaces`,
  );
}

test("an owner sees what is stored and sets how much of the past is kept", async () => {
  await pretendRounds();
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/settings/storage`);
  await page.getByText("This is the rule of every workspace").waitFor();
  await page.getByText("Removed so far: 20,412 runs, 123 MB").waitFor();
  await page.getByText("912,345").waitFor();
  await picture(page, "storage");
  const save = page.getByRole("button", { name: "Save" });
  expect(await save.isDisabled()).toBe(true);
  await page.getByLabel("Days").fill("30");
  await page.getByLabel("Gigabytes").fill("");
  await page.getByLabel("Gigabytes").blur();
  await page.getByText("cannot be brought back").waitFor();
  await picture(page, "storage-stricter");
  await save.click();
  await page.getByText("The rule is set").waitFor();
  const kept = await app.client.call<{ rule: object }>("GET", "/api/workspace/retention");
  expect(kept.rule).toEqual({ maxAgeDays: 30, maxExecutions: 100_000, maxBytes: null });
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);

test("the list of runs says what was removed before its oldest", async () => {
  const { id } = await app.client.call<{ id: string }>("POST", "/api/workflows", {
    name: "Short",
    graph: {
      nodes: [{ id: "in", key: "in", agent: "input", name: "In", position: { x: 0, y: 0 }, config: {} }],
      edges: [],
    },
  });
  await app.client.call("POST", `/api/workflows/${id}/execute`, {});
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/runs`);
  await page.getByText("Older runs were removed by the retention rule: 20,412").waitFor();
  await picture(page, "runs");
  await page.getByRole("link", { name: "Retention" }).click();
  await page.getByRole("heading", { name: "Retention" }).waitFor();
  await window.close();
}, 60_000);

test("a run with events of a newer release is shown as far as it can be read, with the reason", async () => {
  const { items } = await app.client.call<{ items: { id: string }[] }>("GET", "/api/executions");
  await asOwner(
    db,
    `insert into workflow_executions (id, workspace_id, workflow_id, version_id, status, trigger, input_data, lease_owner, lease_expires_at, last_seq)
     select 'exe_00000000000000000000000001', workspace_id, workflow_id, version_id, 'running', trigger, input_data, 'unreadable:1', 'infinity', 3
     from workflow_executions where id = '${items[0]?.id}';
     insert into execution_events (execution_id, seq, workspace_id, type, body, at)
     select 'exe_00000000000000000000000001', seq, workspace_id, type,
       case seq when 3 then '{"type":"step_dreamt"}'::json else body end, at
     from ${logEvents} where execution_id = '${items[0]?.id}' and seq <= 3`,
  );
  const window = await app.window();
  const page = await window.newPage();
  await page.goto(`${app.server.url}/runs/exe_00000000000000000000000001`);
  await page.getByText("Held up: shown as far as it can be read").waitFor();
  await page.getByText("a newer one wrote it").first().waitFor();
  await picture(page, "held-up");

  // One that had ended when this server was taken back to an older release: nobody has to go on with it, and its row tells its end.
  await asOwner(
    db,
    `update workflow_executions set status = 'succeeded', output_data = '"the end"', started_at = now(), ended_at = now(), lease_owner = null,
       lease_expires_at = null where id = 'exe_00000000000000000000000001'`,
  );
  await page.reload();
  await page.getByText("Shown as far as it can be read", { exact: true }).waitFor();
  await page.getByText("Update this server to see all of it").waitFor();
  await page.getByText("Succeeded").first().waitFor();
  expect(await page.getByRole("button", { name: "Stop" }).count()).toBe(0);
  expect(await page.getByText("Running", { exact: true }).count()).toBe(0);
  await picture(page, "ended-unreadable");
  await page.getByText("2 / 2").waitFor();
  await page.getByRole("button", { name: "Event before" }).click();
  await page.getByText("1 / 2").waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 420, height: 800 });
  await picture(page, "ended-unreadable-dark");
  expect(window.troubles).toEqual([]);
  await window.close();
}, 60_000);
