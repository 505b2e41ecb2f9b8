import { z } from "zod";
import { executionId, type WorkflowId, type WorkspaceId, workflowId, workspaceId } from "#src/ids.ts";
import { type Principal, principal } from "#src/schemas/principal.ts";
import type { Bus } from "./bus.ts";

const sessionsEnded = z.union([
  z.strictObject({ sessionHash: z.string() }),
  z.strictObject({ profileId: z.string(), except: z.string().nullable() }),
]);

/** What one process tells all others. Each has a truth in the database that is looked at now and then anyway. */
const notice = z.discriminatedUnion("kind", [
  /** Something may be claimed. */
  z.strictObject({ kind: z.literal("work") }),
  /** Somebody wants an execution cancelled: whoever runs it need not wait for the next heartbeat. */
  z.strictObject({ kind: z.literal("cancel"), executionId, by: principal }),
  /** Executions of these workflows have begun. */
  z.strictObject({ kind: z.literal("begun"), workflowIds: z.array(workflowId) }),
  /** Sessions are over, or a role has changed. */
  z.strictObject({ kind: z.literal("sessions"), ended: sessionsEnded }),
  /** A schedule was made or changed. */
  z.strictObject({ kind: z.literal("schedules") }),
  /** What a workspace's executions may do together was changed: what is known of it is old. */
  z.strictObject({ kind: z.literal("limits"), workspaceId }),
  /** What waits for the people of these workspaces has changed. */
  z.strictObject({ kind: z.literal("waits"), workspaceIds: z.array(workspaceId) }),
]);
export type Notice = z.output<typeof notice>;
type Of<Kind extends Notice["kind"]> = Extract<Notice, { kind: Kind }>;

export interface Notices {
  /** Many in a row become one: at most every 20 ms. */
  work(): void;
  cancel(executionId: Of<"cancel">["executionId"], by: Principal): void;
  /** Many in a row become one: at most every 100 ms. */
  begun(workflowId: WorkflowId): void;
  sessions(ended: Of<"sessions">["ended"]): void;
  schedules(): void;
  limits(workspaceId: WorkspaceId): void;
  /** Many in a row become one: at most every 100 ms. */
  waits(workspaceId: WorkspaceId): void;
  on<Kind extends Notice["kind"]>(kind: Kind, listener: (notice: Of<Kind>) => void): void;
}

const channel = "notices";

/** Collects calls; the first goes out at once, what comes in the pause after it goes out together at its end. */
function paced<Item>(pauseMs: number, send: (items: readonly Item[]) => void): (item: Item) => void {
  let waiting: Set<Item> | null = null;
  return (item) => {
    if (waiting !== null) return void waiting.add(item);
    send([item]);
    const end = () => {
      const items = waiting;
      waiting = null;
      if (items === null || items.size === 0) return;
      send([...items]);
      waiting = new Set();
      setTimeout(end, pauseMs).unref();
    };
    waiting = new Set();
    setTimeout(end, pauseMs).unref();
  };
}

export function createNotices(bus: Bus): Notices {
  const listeners: { kind: Notice["kind"]; listener: (notice: never) => void }[] = [];
  const send = (message: Notice) => bus.publish(channel, message);
  bus.subscribe(channel, (message) => {
    const heard = notice.parse(message);
    for (const { kind, listener } of listeners) if (kind === heard.kind) listener(heard as never);
  });
  const work = paced<null>(20, () => send({ kind: "work" }));
  const begun = paced<WorkflowId>(100, (workflowIds) => send({ kind: "begun", workflowIds: [...workflowIds] }));
  const waits = paced<WorkspaceId>(100, (workspaceIds) => send({ kind: "waits", workspaceIds: [...workspaceIds] }));
  return {
    work: () => work(null),
    cancel: (id, by) => send({ kind: "cancel", executionId: id, by }),
    begun,
    sessions: (ended) => send({ kind: "sessions", ended }),
    schedules: () => send({ kind: "schedules" }),
    limits: (id) => send({ kind: "limits", workspaceId: id }),
    waits,
    on: (kind, listener) => void listeners.push({ kind, listener }),
  };
}
