import type { Database, Tx } from "#db/client.ts";
import { type ExecutionKey, giveAnswer, giveBudget, lockExecution } from "#db/queries/answers.ts";
import { executionStatusOf, findExecution } from "#db/queries/executions.ts";
import { keepSignal, mostKept, type Signal } from "#db/queries/signals.ts";
import { countApprovals, findSignals, findWait, pageOfApprovals, wasDue, whoAnswered } from "#db/queries/waits.ts";
import { withTenant } from "#db/tenant.ts";
import { systemClock } from "#server/adapters/clock.ts";
import { checkForm, type Decision } from "#src/agents/approval/answer.ts";
import type { RaisedStepBudget } from "#src/engine/ports.ts";
import { AppError, assertNever } from "#src/errors.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { JsonObject, JsonValue } from "#src/json.ts";
import { type ExecutionStatus, isFinalExecution, isFinalStep } from "#src/schemas/execution.ts";
import type { StepKey } from "#src/schemas/executionEvent.ts";
import type { Budget } from "#src/schemas/graph.ts";
import { type Interrupt, mayAnswer } from "#src/schemas/interrupt.ts";
import type { Page } from "#src/schemas/page.ts";
import type { OpenApproval } from "#src/schemas/wait.ts";
import { hasRole } from "#src/schemas/workspace.ts";
import type { Waiting } from "./activity.ts";
import { type Actor, principalOf, scopeOf } from "./actor.ts";
import type { Audit } from "./audit.ts";
import { createLiveQueue } from "./liveQueue.ts";
import type { Executions } from "./ports.ts";

export interface AnswerRequest {
  readonly id: ExecutionId;
  readonly stepKey: StepKey;
  /** The attempt that waits; whichever does when absent. */
  readonly attempt?: number | undefined;
  readonly decision?: Decision | undefined;
  /** Of an approval the form's values, of a signal what is sent. */
  readonly value?: JsonValue | undefined;
}

/** How many steps have a call, and whether it is kept for one that will wait for it. */
export interface Signalled {
  readonly steps: number;
  readonly kept: boolean;
}

/**
 * What people and other systems say to executions that wait. Durable when it resolves; the execution goes on wherever it can. A
 * refused answer changes nothing. Errors of all: not_found; conflict, with `detail.reason`: `answered` (by whom), `late`,
 * `not_waiting`; forbidden for somebody who is not asked.
 */
export interface AnswersService {
  /** Errors: bad_request with the form's fields at fault. */
  answer(actor: Actor, request: AnswerRequest): Promise<void>;
  /**
   * Gives the value to every step that waits for the name. When none does, the execution keeps it for the first that will. Errors:
   * conflict also when it keeps too much already.
   */
  signal(actor: Actor, request: { id: ExecutionId; name: string; value: JsonValue }): Promise<Signalled>;
  /** Sets new limits for one execution, in place of its workflow's. */
  raiseBudget(actor: Actor, request: { id: ExecutionId; budget: Budget }): Promise<void>;
  /** The same for one step, in place of its node's: an attempt that its budget held back is made. */
  raiseStepBudget(actor: Actor, request: { id: ExecutionId } & RaisedStepBudget): Promise<void>;
  /** Approvals that wait for this person, longest waiting first. */
  waiting(actor: Actor, request: { cursor?: string | undefined; limit: number }): Promise<Page<OpenApproval>>;
  /** How many those are, counted up to 100. */
  countWaiting(actor: Actor): Promise<number>;
  /** The same count at once, and again whenever what waits may be something else. */
  watchWaiting(actor: Actor, signal: AbortSignal): AsyncGenerator<number>;
}

/** Word of changes comes at any rate; the database is asked at most every so often. */
const restMs = 200;
/** Without a word, which may have been lost: at most so late. */
const quietMs = 30_000;

const most = 100;

export interface AnswersDeps {
  readonly db: Database;
  readonly executions: Executions;
  readonly audit: Audit;
  readonly waits: Waiting;
}

export function createAnswersService(deps: AnswersDeps): AnswersService {
  const { db, executions, audit, waits } = deps;
  const inWorkspace = <Result>(actor: Actor, work: (tx: Tx) => Promise<Result>) => withTenant(db, scopeOf(actor), work);

  const countWaiting = (actor: Actor) => inWorkspace(actor, (tx) => countApprovals(tx, answererOf(actor), most));

  async function raise(actor: Actor, id: ExecutionId, raised: Budget | RaisedStepBudget): Promise<void> {
    const ofStep = "stepKey" in raised ? raised : null;
    const limits: Budget = "stepKey" in raised ? raised.budget : raised;
    checkLimits(limits);
    const key = keyOf(actor, id);
    await inWorkspace(actor, async (tx) => {
      if (ofStep !== null) await expectOpenStep(tx, key, ofStep.stepKey);
      const accepted = await giveBudget(tx, key, { budget: raised, by: principalOf(actor) });
      if (!accepted) {
        await expectExecution(tx, key);
        throw new AppError("conflict", "This execution has ended already.");
      }
      const detail = { budget: { ...limits } as JsonObject, ...(ofStep === null ? {} : { stepKey: ofStep.stepKey }) };
      await audit.record(tx, actor, { action: "execution.raiseBudget", subject: id, detail });
    });
    executions.answered(id);
  }

  return {
    async answer(actor, request) {
      const key = keyOf(actor, request.id);
      const { stepKey } = request;
      await inWorkspace(actor, async (tx) => {
        const wait = await findWait(tx, key, stepKey);
        if (wait === null || (request.attempt ?? wait.attempt) !== wait.attempt) throw await gone(tx, key, stepKey);
        checkPerson(wait.interrupt, actor);
        const value = valueIn(wait.interrupt, request);
        const answer = { stepKey, attempt: wait.attempt, value, by: principalOf(actor) };
        const outcome = await giveAnswer(tx, key, answer);
        if (outcome === "late") throw tooLate();
        if (outcome !== "accepted") throw await gone(tx, key, stepKey);
        const detail = { stepKey, ...(request.decision === undefined ? {} : { decision: request.decision }) };
        await audit.record(tx, actor, { action: "execution.answer", subject: key.executionId, detail });
      });
      executions.answered(key.executionId);
      waits.touch(key.workspaceId);
    },

    async signal(actor, { id, name, value }) {
      const key = keyOf(actor, id);
      const by = principalOf(actor);
      const taken = await inWorkspace(actor, async (tx) => {
        // Locked before one looks: a step that begins to wait meanwhile is seen, or sees what is kept.
        const status = await lockExecution(tx, key);
        if (status === null) throw noSuchExecution();
        const steps = await findSignals(tx, key, name);
        let count = 0;
        for (const { stepKey, attempt } of steps)
          if ((await giveAnswer(tx, key, { stepKey, attempt, value, by })) === "accepted") count += 1;
        if (count === 0) await keep(tx, key, { status, signal: { name, value, by } });
        const detail = { name, steps: count, kept: count === 0 };
        await audit.record(tx, actor, { action: "execution.signal", subject: id, detail });
        return count;
      });
      if (taken > 0) executions.answered(id);
      return { steps: taken, kept: taken === 0 };
    },

    raiseBudget: (actor, { id, budget }) => raise(actor, id, budget),
    raiseStepBudget: (actor, { id, stepKey, budget }) => raise(actor, id, { stepKey, budget }),

    waiting: (actor, request) => inWorkspace(actor, (tx) => pageOfApprovals(tx, answererOf(actor), request)),
    countWaiting,

    async *watchWaiting(actor, signal) {
      const news = createLiveQueue<null>();
      const unlisten = waits.listen(actor.session.workspace.id, () => news.push(null));
      try {
        while (!signal.aborted) {
          yield await countWaiting(actor);
          if ((await news.take(signal, quietMs)).kind === "aborted") return;
          await systemClock.sleep(restMs, signal);
          while ((await news.take(signal, 0)).kind === "item");
        }
      } finally {
        unlisten();
      }
    },
  };
}

const keyOf = (actor: Actor, executionId: ExecutionId): ExecutionKey => ({
  workspaceId: actor.session.workspace.id,
  executionId,
});
const answererOf = ({ session }: Actor) => ({
  workspaceId: session.workspace.id,
  profileId: session.profile.id,
  role: session.role,
});

function checkLimits(limits: Budget): void {
  const empty = Object.entries(limits).find(([, limit]) => limit === 0);
  if (empty === undefined) return;
  throw new AppError("bad_request", "A limit of zero lets nothing go on; leave it out for no limit.", {
    detail: { field: empty[0] },
  });
}

const noSuchExecution = () => new AppError("not_found", "There is no such execution.");

async function expectExecution(tx: Tx, { workspaceId, executionId }: ExecutionKey) {
  const found = await executionStatusOf(tx, { workspaceId, id: executionId });
  if (found === null) throw noSuchExecution();
  return found;
}

/** A limit can be raised for what may still go on. Errors: not_found, conflict. */
async function expectOpenStep(tx: Tx, { workspaceId, executionId }: ExecutionKey, stepKey: string): Promise<void> {
  const found = await findExecution(tx, { workspaceId, id: executionId });
  if (found === null) throw noSuchExecution();
  const step = found.steps.find((each) => each.stepKey === stepKey);
  if (step === undefined) throw new AppError("not_found", "This step has not begun, or is not in this execution.");
  if (isFinalStep(step.status)) throw new AppError("conflict", "This step has ended already.");
}

/** Why a step takes no answer. */
async function gone(tx: Tx, key: ExecutionKey, stepKey: StepKey): Promise<AppError> {
  const { status } = await expectExecution(tx, key);
  const by = await whoAnswered(tx, key, stepKey);
  if (by !== null)
    return new AppError("conflict", `${by.name} has answered already.`, {
      detail: { reason: "answered", by: by.name },
    });
  if (await wasDue(tx, key, stepKey)) return tooLate();
  const message = isFinalExecution(status) ? "This execution has ended already." : "This step does not wait.";
  return new AppError("conflict", message, { detail: { reason: "not_waiting" } });
}

const tooLate = () =>
  new AppError("conflict", "It is too late: the deadline has passed.", { detail: { reason: "late" } });

/** A call that came before its step. Errors: conflict. */
async function keep(
  tx: Tx,
  key: ExecutionKey,
  { status, signal }: { readonly status: ExecutionStatus; readonly signal: Signal },
): Promise<void> {
  if (isFinalExecution(status) || status === "cancelling") {
    const message = `This execution ${status === "cancelling" ? "is ending" : "has ended already"}: nothing in it will wait for “${signal.name}”.`;
    throw new AppError("conflict", message, { detail: { reason: "not_waiting" } });
  }
  if (await keepSignal(tx, key, signal)) return;
  const { signals, bytes } = mostKept;
  const message = `No step waits for “${signal.name}” now, and this execution keeps ${signals} calls or ${bytes / 1_000} kB of them already.`;
  throw new AppError("conflict", message, { detail: { reason: "too_many" } });
}

function checkPerson(interrupt: Interrupt, { session }: Actor): void {
  const person = { role: session.role, profileId: session.profile.id };
  switch (interrupt.kind) {
    case "approval":
      if (!mayAnswer(interrupt, person)) throw new AppError("forbidden", "Somebody else is asked here.");
      return;
    case "signal":
      if (!hasRole(session.role, "operator")) throw new AppError("forbidden", "This needs the role operator.");
      return;
    case "time":
    case "execution":
      throw new AppError("bad_request", "This step does not wait for an answer.");
    default:
      assertNever(interrupt);
  }
}

function valueIn(interrupt: Interrupt, { decision, value }: AnswerRequest): JsonValue {
  if (interrupt.kind !== "approval") return value ?? null;
  if (decision === undefined)
    throw new AppError("bad_request", "Say `approved` or `rejected`.", {
      detail: { problems: [{ field: "decision", message: "Say approved or rejected." }] },
    });
  const { values, problems } = checkForm(interrupt.fields, value ?? {}, decision);
  const [first] = problems;
  if (first === undefined) return { decision, values };
  throw new AppError("bad_request", problems.map(({ message }) => message).join(" "), {
    detail: { field: first.field, problems: problems.map(({ field, message }) => ({ field, message })) },
  });
}
