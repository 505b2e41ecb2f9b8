import { AppError } from "../errors.ts";
import type { ExecutionId, VersionId } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import { type ExecutionStatus, isFinalExecution } from "../schemas/execution.ts";
import type { ExecutionEvent } from "../schemas/executionEvent.ts";
import type { Graph } from "../schemas/graph.ts";
import type { Principal } from "../schemas/principal.ts";
import type {
  AnswerOutcome,
  ClaimedExecution,
  Clock,
  ExecutionStore,
  GivenAnswer,
  Lease,
  NewExecution,
} from "./ports.ts";

export interface MemoryStoreOptions {
  readonly clock: Pick<Clock, "now">;
  /** The graph of a version; versions are not the store's. */
  readonly graphOf: (versionId: VersionId) => Graph;
  /** How long a claim holds without being renewed. */
  readonly leaseMs?: number;
}

/** A lease that a worker holds, until it expires or is given up. */
interface Held {
  readonly worker: string;
  until: number;
}

interface Row {
  readonly execution: NewExecution;
  readonly events: ExecutionEvent[];
  epoch: number;
  held: Held | null;
  ended: boolean;
  cancelRequestedBy: Principal | null;
  status: ExecutionStatus;
  /** While it waits: when it may be claimed; null for not before an answer. */
  wakeAt: number | null;
  /** Steps that wait now. */
  readonly waits: Map<string, { readonly attempt: number; readonly dueAt: number | null }>;
  readonly answers: GivenAnswer[];
}

interface Memory {
  readonly clock: MemoryStoreOptions["clock"];
  readonly graphOf: MemoryStoreOptions["graphOf"];
  readonly leaseMs: number;
  readonly rows: Map<ExecutionId, Row>;
  /** Those that may be claimed or renewed: an execution that has ended costs a claim nothing. */
  readonly open: Set<Row>;
}

/** The reference implementation of the port, for tests and for running without a database. Nothing survives the process. */
export function createMemoryStore({ clock, graphOf, leaseMs = 30_000 }: MemoryStoreOptions): ExecutionStore {
  const memory: Memory = { clock, graphOf, leaseMs, rows: new Map(), open: new Set() };
  return { ...log(memory), ...leases(memory), ...wishes(memory) };
}

function log(memory: Memory): Pick<ExecutionStore, "create" | "append" | "readEvents"> {
  const { clock, rows, open } = memory;
  function write(row: Row, events: readonly ExecutionEvent[]): void {
    for (const [index, event] of events.entries()) {
      if (event.seq !== row.events.length + index + 1) {
        throw new AppError("conflict", `Event ${event.seq} does not follow event ${row.events.length + index}.`);
      }
    }
    for (const event of events) {
      row.events.push(event);
      keepWaits(row.waits, event);
    }
    const last = events.at(-1);
    if (last === undefined || !isEnd(last)) return;
    row.ended = true;
    row.held = null;
    open.delete(row);
  }
  return {
    async create(execution, events, worker) {
      if (rows.has(execution.id)) throw new AppError("conflict", "This execution exists already.");
      const row = newRow(execution);
      const lease = worker === null ? null : grant(memory, row, worker);
      write(row, events);
      rows.set(execution.id, row);
      if (!row.ended) open.add(row);
      return lease;
    },
    async append(...[lease, events, state, answersSeen = 0]) {
      const row = rows.get(lease.executionId);
      if (row === undefined || !isCurrent(row, lease)) {
        throw new AppError("lease_lost", "Another worker has this execution now, or it has ended.");
      }
      write(row, events);
      row.status = state.status;
      if (state.waiting === null || row.ended) return;
      row.held = null;
      row.wakeAt = row.answers.length > answersSeen ? clock.now() : state.waiting.wakeAt;
    },
    async readEvents(workspaceId, executionId, { afterSeq, limit }) {
      const row = rows.get(executionId);
      if (row === undefined || row.execution.workspaceId !== workspaceId) return [];
      return row.events.slice(afterSeq, afterSeq + limit);
    },
  };
}

function leases(memory: Memory): Pick<ExecutionStore, "claim" | "renew" | "release"> {
  const { clock, graphOf, leaseMs, open } = memory;
  return {
    async claim(worker, limit) {
      const claimed: ClaimedExecution[] = [];
      for (const row of open) {
        if (claimed.length >= limit) break;
        if (row.held === null ? isAsleep(row, clock.now()) : row.held.until > clock.now()) continue;
        claimed.push({
          lease: grant(memory, row, worker),
          workflowId: row.execution.workflowId,
          graph: graphOf(row.execution.versionId),
          events: [...row.events],
          cancelRequestedBy: row.cancelRequestedBy,
        });
      }
      return claimed;
    },
    async renew(worker) {
      const held: ExecutionId[] = [];
      const cancelRequested: { id: ExecutionId; by: Principal }[] = [];
      const answered: { id: ExecutionId; answers: number }[] = [];
      for (const row of open) {
        if (row.held?.worker !== worker) continue;
        row.held.until = clock.now() + leaseMs;
        held.push(row.execution.id);
        if (row.answers.length > 0) answered.push({ id: row.execution.id, answers: row.answers.length });
        if (row.cancelRequestedBy !== null) cancelRequested.push({ id: row.execution.id, by: row.cancelRequestedBy });
      }
      return { held, answered, cancelRequested };
    },
    async release(worker) {
      for (const row of open) if (row.held?.worker === worker) row.held = null;
    },
  };
}

function wishes({
  clock,
  rows,
}: Memory): Pick<ExecutionStore, "answers" | "giveAnswer" | "giveBudget" | "requestCancel"> {
  return {
    async answers({ executionId }) {
      return [...(rows.get(executionId)?.answers ?? [])];
    },
    async giveAnswer(workspaceId, executionId, answer) {
      const row = rows.get(executionId);
      if (row?.execution.workspaceId !== workspaceId) return "not_waiting";
      return takeAnswer(row, answer, clock.now());
    },
    async giveBudget(workspaceId, executionId, { budget, by }) {
      const row = rows.get(executionId);
      if (row === undefined || row.ended || row.execution.workspaceId !== workspaceId) return false;
      row.answers.push({ stepKey: "", attempt: row.answers.length + 1, value: { ...budget } as JsonObject, by });
      row.wakeAt = clock.now();
      return true;
    },
    async requestCancel(workspaceId, executionId, by) {
      const row = rows.get(executionId);
      if (row === undefined || row.ended || row.execution.workspaceId !== workspaceId) return false;
      row.cancelRequestedBy ??= by;
      return true;
    },
  };
}

function grant({ clock, leaseMs }: Memory, row: Row, worker: string): Lease {
  row.epoch += 1;
  row.held = { worker, until: clock.now() + leaseMs };
  const { id: executionId, workspaceId } = row.execution;
  return { executionId, workspaceId, worker, epoch: row.epoch };
}

const isCurrent = (row: Row, lease: Lease): boolean =>
  !row.ended && row.held !== null && row.epoch === lease.epoch && row.held.worker === lease.worker;

const isAsleep = (row: Row, now: number): boolean =>
  row.status === "waiting" && row.cancelRequestedBy === null && (row.wakeAt === null || row.wakeAt > now);

const newRow = (execution: NewExecution): Row => ({
  execution,
  events: [],
  epoch: 0,
  held: null,
  ended: false,
  cancelRequestedBy: null,
  status: "queued",
  wakeAt: null,
  waits: new Map(),
  answers: [],
});

function takeAnswer(row: Row, answer: GivenAnswer, now: number): AnswerOutcome {
  const isSame = (one: GivenAnswer) => one.stepKey === answer.stepKey && one.attempt === answer.attempt;
  if (row.answers.some(isSame)) return "answered";
  const wait = row.waits.get(answer.stepKey);
  if (wait?.attempt !== answer.attempt) return "not_waiting";
  if (wait.dueAt !== null && wait.dueAt <= now) return "late";
  if (row.ended || row.status === "cancelling") return "not_waiting";
  row.answers.push(answer);
  row.wakeAt = now;
  return "accepted";
}

function keepWaits(waits: Row["waits"], { body }: ExecutionEvent): void {
  if (body.type === "step_waiting") waits.set(body.stepKey, { attempt: body.attempt, dueAt: body.interrupt.dueAt });
  else if (body.type === "step_resumed" || body.type === "step_cancelled") waits.delete(body.stepKey);
}

function isEnd({ body }: ExecutionEvent): boolean {
  const [subject, status] = body.type.split("_");
  return subject === "execution" && isFinalExecution(status as Parameters<typeof isFinalExecution>[0]);
}
