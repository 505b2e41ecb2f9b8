import type { AgentResult } from "../agents/agent.ts";
import { AppError, toAppError } from "../errors.ts";
import type { PlannedNode } from "../graph/plan.ts";
import type { ExecutionId, WorkspaceId } from "../ids.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import { type StepKey, type StepOutputs, type Usage, usage as usageSchema } from "../schemas/executionEvent.ts";
import type { LoopDeps, Release, StepPorts } from "./deps.ts";
import type { AbortSource, Signal } from "./signal.ts";
import { performStep } from "./stepRun.ts";
import { type Channel, type Chunk, chunkDelayMs, newStreams, type Streams } from "./streams.ts";

/** How long an aborted step may take to end by itself before the execution goes on without it. */
export const graceMs = 5_000;

/** One try of one step, to be made. */
export interface AttemptRequest {
  readonly executionId: ExecutionId;
  readonly workspaceId: WorkspaceId;
  readonly stepKey: StepKey;
  readonly node: PlannedNode;
  readonly attempt: number;
  readonly inputs: StepOutputs;
  readonly executionInput: JsonValue;
  /** Outputs of the upstream steps that the node reads, by key. */
  readonly steps: () => JsonObject;
  /** Of the containers around it; null outside of all. */
  readonly iteration: () => JsonObject | null;
  readonly ports: StepPorts;
}

export type AttemptEnd =
  | { readonly type: "succeeded"; readonly result: AgentResult }
  | ({ readonly type: "failed"; readonly error: AppError } & Spent)
  | ({ readonly type: "cancelled" } & Spent);

/** What an attempt without a result has used all the same, as far as it is known. */
interface Spent {
  readonly usage: Usage | undefined;
}

export interface AttemptListener {
  readonly streamed: (chunk: Chunk) => void;
  /** Once, after everything that was streamed; never after `abandon`. */
  readonly ended: (end: AttemptEnd) => void;
}

export interface Attempt {
  /** The execution ends: the step gets its signal and `graceMs`. */
  readonly abort: () => void;
  /** This worker lets go: the step gets its signal, and nobody listens any more. */
  readonly abandon: () => void;
}

/** Why an attempt was told to stop. The first reason stays. */
type Halt = { readonly because: "ending" } | { readonly because: "failure"; readonly error: AppError };

/** Starts the effect. It never throws, and ends in time whatever the agent does. */
export function startAttempt(request: AttemptRequest, deps: LoopDeps, listener: AttemptListener): Attempt {
  const { node, stepKey, executionId, attempt } = request;
  const { clock } = deps;
  const source = clock.newAbort();
  let over: AbortSource | null = null;
  let halt: Halt | null = null;
  let isOver = false;
  let usage: Usage | undefined;
  let release: Release | null = null;

  let streams: Streams | null = null;

  // Most attempts neither sleep nor stream: what is for that is made when it is asked for.
  /** Of the attempt's own sleepers (time limit, grace, chunks): they wake when it is over. */
  function untilOver(): Signal {
    over ??= clock.newAbort();
    return over.signal;
  }
  function push(channel: Channel, text: string): void {
    if (isOver) return;
    streams ??= newStreams({
      live: (chunk) => {
        deps.feed.publish(executionId, { kind: "text", text: { stepKey, attempt, ...chunk } });
      },
      store: listener.streamed,
      later: (flush) => {
        clock.sleep(chunkDelayMs, untilOver()).then(flush);
      },
      overflow: () => stop({ because: "failure", error: tooMuchText(node) }),
    });
    streams.push(channel, text);
  }

  function end(how: AttemptEnd): void {
    if (isOver) return;
    isOver = true;
    streams?.close();
    over?.abort("over");
    release?.();
    listener.ended(how);
  }

  function stop(why: Halt): void {
    if (isOver || halt !== null) return;
    halt = why;
    source.abort(why.because === "failure" ? why.error : endsFirst());
    clock.sleep(graceMs, untilOver()).then(() => end(haltedEnd(why, usage)));
  }

  function succeeded(result: AgentResult): void {
    // A result that comes within the grace counts when the execution ends, not when the step broke its own limit.
    if (halt?.because === "failure") end(haltedEnd(halt, result.usage ?? usage));
    else end({ type: "succeeded", result: usage === undefined ? result : { usage, ...result } });
  }
  function failed(thrown: unknown): void {
    end(halt === null ? { type: "failed", error: failureOf(thrown), usage } : haltedEnd(halt, usage));
  }
  function reportUsage(spent: Usage): void {
    usage = usageSchema.parse(spent);
  }
  /** The step's time begins with its slot: what it waited for others is not its own. */
  function begin(slot: Release | null): void {
    if (isOver || halt !== null) {
      slot?.();
      failed(null);
      return;
    }
    release = slot;
    if (node.timeoutMs !== null) {
      clock.sleep(node.timeoutMs, untilOver()).then(() => stop({ because: "failure", error: tooLong(node) }));
    }
    performStep(request, { deps, push, signal: source.signal, reportUsage }).then(succeeded, failed);
  }
  const slot = deps.slots?.take(
    { workspaceId: request.workspaceId, agent: node.definition.kind },
    { signal: source.signal, onWait: (why) => push("log", `${why}\n`) },
  );
  if (slot instanceof Promise) slot.then(begin).catch(failed);
  else begin(slot ?? null);

  return {
    abort: () => stop({ because: "ending" }),
    abandon() {
      if (isOver) return;
      isOver = true;
      over?.abort("abandoned");
      release?.();
      source.abort(new AppError("lease_lost", "This worker lets the execution go."));
    },
  };
}

const tooMuchText = ({ name }: PlannedNode): AppError =>
  new AppError("output_too_large", `“${name}” streamed more text than can be kept.`);
const endsFirst = (): AppError => new AppError("cancelled", "The execution ends before this step could.");
const tooLong = ({ name, timeoutMs }: PlannedNode): AppError =>
  new AppError("step_timeout", `“${name}” took longer than its limit of ${timeoutMs} ms.`);

function haltedEnd(halt: Halt, usage: Usage | undefined): AttemptEnd {
  return halt.because === "ending" ? { type: "cancelled", usage } : { type: "failed", error: halt.error, usage };
}

function failureOf(thrown: unknown): AppError {
  return toAppError(thrown, "agent_failed", "The agent stopped with an error of its own.");
}
