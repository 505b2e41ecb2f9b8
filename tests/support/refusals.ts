import { expect } from "bun:test";
import { asOwner } from "./databases.ts";
import { draw, drawnEdge, drawnNode, execute, type RunId, until } from "./runs.ts";
import type { TestClient, TestServer } from "./testServer.ts";

export interface Answered {
  readonly status: number;
  readonly error?: { readonly code: string; readonly message: string; readonly requestId: string };
  readonly executionId?: RunId;
}
/** A request as a script sends it, its body as it is when it is text. */
export async function request(client: TestClient, method: string, path: string, body?: unknown): Promise<Answered> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = { "content-type": "application/json" };
  const reply = await client.fetch(`/api/${path}`, { method, headers, ...(body === undefined ? {} : { body: text }) });
  return { status: reply.status, ...((await reply.json()) as object) };
}
/** A POST to something of an execution: `<id>/answer`. */
export const send = (client: TestClient, path: string, body: unknown): Promise<Answered> =>
  request(client, "POST", `executions/${path}`, body);
export const wordsOf = ({ status, error }: Answered): string => `${status} ${error?.code}: ${error?.message}`;

/** Its row and all that hangs on it: what no refused request may change. */
async function stored({ deps }: TestServer, id: RunId): Promise<unknown> {
  const [row] = await asOwner(
    deps.db,
    `select status, last_seq, answers, wake_at, error,
       (select json_agg(w) from execution_waits w where w.execution_id = e.id) as waits,
       (select json_agg(a order by place) from execution_answers a where a.execution_id = e.id) as answered,
       (select json_agg(v order by seq) from execution_events v where v.execution_id = e.id) as log
     from workflow_executions e where id = '${id}'`,
  );
  return row;
}
/** Tells the status and the words of what refuses it, having seen that nothing came of it. */
export async function refusedAt(server: TestServer, id: RunId, ask: () => Promise<Answered>): Promise<string> {
  const before = await stored(server, id);
  const answer = await ask();
  expect(await stored(server, id)).toEqual(before);
  return wordsOf(answer);
}

const fields = [
  { name: "limit", label: "Limit", type: "number", required: true },
  { name: "size", type: "choice", choices: "small, large" },
  { name: "why", type: "text" },
];
/** Asks for an amount, a size and a reason at the step `ask`. */
export const approvalGraph = (more: object = {}) => ({
  nodes: [drawnNode("in", "input", { fields: [] }), drawnNode("ask", "approval", { title: "Pay?", fields, ...more })],
  edges: [drawnEdge("in", "ask")],
});
/** What `approvalGraph` takes. */
export const goodAnswer = { stepKey: "ask", decision: "approved", value: { limit: 3 } };

/** An execution of the graph with the input 7, as soon as it waits. */
export async function waitingRun(client: TestClient, graph: object = approvalGraph(), name?: string): Promise<RunId> {
  const id = await execute(client, await draw(client, graph, name), 7);
  await until(client, id, "waiting");
  return id;
}

export const nul = String.fromCharCode(0);
