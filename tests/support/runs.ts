import { TRPCClientError } from "@trpc/client";
import type { ErrorCode } from "#src/errors.ts";
import { type ExecutionStatus, finalExecutionStatuses } from "#src/schemas/execution.ts";
import type { TestClient } from "./testServer.ts";

type Create = Parameters<TestClient["trpc"]["workflows"]["create"]["mutate"]>[0];
export type Detail = Awaited<ReturnType<TestClient["trpc"]["executions"]["get"]["query"]>>;
export type RunId = Detail["id"];
export type DrawnId = Detail["workflowId"];

/** A node whose id is its key and its name, too. */
export const drawnNode = (id: string, agent: string, config: object = {}, more: object = {}) => ({
  ...{ id, key: id, agent, name: id, position: { x: 0, y: 0 }, config },
  ...more,
});
/** An edge from one node's port to another's; `value` unless told. */
export const drawnEdge = (source: string, target: string, sourcePort = "value", targetPort = "value") => ({
  ...{ id: `${source}-${sourcePort}-${target}-${targetPort}`, source, sourcePort, target, targetPort },
});

/** Draws a workflow through the API. */
export async function draw(client: TestClient, graph: object, name = "Drawn"): Promise<DrawnId> {
  return (await client.trpc.workflows.create.mutate({ name, graph } as Create)).id;
}
export async function redraw(client: TestClient, id: DrawnId, graph: object): Promise<void> {
  await client.trpc.workflows.update.mutate({ id, graph } as never);
}
export async function execute(client: TestClient, id: DrawnId, input?: unknown): Promise<RunId> {
  return (await client.trpc.workflows.execute.mutate({ id, input } as never)).executionId;
}
/** The execution as soon as it has one of these statuses. */
export async function until(client: TestClient, id: RunId, ...statuses: readonly ExecutionStatus[]): Promise<Detail> {
  for (;;) {
    const found = await client.trpc.executions.get.query({ id });
    if (statuses.includes(found.status)) return found;
    await Bun.sleep(10);
  }
}
export const ended = (client: TestClient, id: RunId): Promise<Detail> => until(client, id, ...finalExecutionStatuses);
export const eventsOf = async (client: TestClient, id: RunId) =>
  (await client.trpc.executions.events.query({ id })).items;

export interface Refusal {
  readonly code: ErrorCode | "ok";
  readonly message?: string;
  readonly detail?: Record<string, unknown>;
}
/** What a call was refused with; `ok` when it was not. Rethrows what is no answer of the server. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  try {
    await call;
    return { code: "ok" };
  } catch (error) {
    if (error instanceof TRPCClientError && error.data?.code) return { ...error.data, message: error.message };
    throw error;
  }
}
