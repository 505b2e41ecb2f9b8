import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { shownBody } from "#src/engine/payloads.ts";
import { alphabet } from "#src/engine/upcast.ts";
import type { ProfileId, WorkspaceId } from "#src/ids.ts";
import type { StepKey } from "#src/schemas/executionEvent.ts";
import type { Interrupt } from "#src/schemas/interrupt.ts";
import type { Page } from "#src/schemas/page.ts";
import type { Principal } from "#src/schemas/principal.ts";
import type { OpenApproval } from "#src/schemas/wait.ts";
import { hasRole, type Role } from "#src/schemas/workspace.ts";
import type { Tx } from "../client.ts";
import {
  executionAnswers,
  workflowExecutions as executions,
  executionWaits as waits,
  workflows,
} from "../schema/index.ts";
import type { ExecutionKey } from "./answers.ts";
import { pageFrom, readCursor } from "./cursor.ts";
import { logOfType } from "./log.ts";

const ofExecution = ({ workspaceId, executionId }: ExecutionKey) =>
  and(eq(waits.workspaceId, workspaceId), eq(waits.executionId, executionId));

/** What a step waits for now; null when it does not. */
export async function findWait(tx: Tx, key: ExecutionKey, stepKey: StepKey) {
  const [row] = await tx
    .select({ attempt: waits.attempt, interrupt: waits.interrupt })
    .from(waits)
    .where(and(ofExecution(key), eq(waits.stepKey, stepKey)));
  return row ?? null;
}

/** The steps of an execution that wait for a call of this name and have not had it. */
export function findSignals(tx: Tx, key: ExecutionKey, name: string) {
  return tx
    .select({ stepKey: waits.stepKey, attempt: waits.attempt })
    .from(waits)
    .where(
      and(
        ofExecution(key),
        eq(waits.kind, "signal"),
        isNull(waits.answeredAt),
        sql`${waits.interrupt} ->> 'name' = ${name}`,
      ),
    )
    .orderBy(asc(waits.since), asc(waits.stepKey));
}

/** Who answered a step that waited, newest attempt; null when nobody did. */
export async function whoAnswered(tx: Tx, { executionId }: ExecutionKey, stepKey: StepKey): Promise<Principal | null> {
  const [row] = await tx
    .select({ by: executionAnswers.by })
    .from(executionAnswers)
    .where(and(eq(executionAnswers.executionId, executionId), eq(executionAnswers.stepKey, stepKey)))
    .orderBy(sql`${executionAnswers.attempt} desc`)
    .limit(1);
  return row?.by ?? null;
}

/** Whether the wait of a step is over because its moment came. */
export async function wasDue(tx: Tx, { workspaceId, executionId }: ExecutionKey, stepKey: StepKey): Promise<boolean> {
  const resumed = await logOfType(tx, { workspaceId, id: executionId }, "step_resumed");
  return resumed
    .map(({ body }) => alphabet.read(shownBody(body)))
    .some((body) => body.type === "step_resumed" && body.stepKey === stepKey && body.answer.kind === "due");
}

/** Whom something waits for. */
export interface Answerer {
  readonly workspaceId: WorkspaceId;
  readonly profileId: ProfileId;
  readonly role: Role;
}

/** Approvals that wait for this person now, as `mayAnswer` has it. */
function isFor({ workspaceId, profileId, role }: Answerer): SQL | undefined {
  const roles = (["owner", "editor", "operator"] as const).filter((each) => hasRole(role, each));
  const people = sql`${waits.interrupt} #> '{who,profileIds}'`;
  const byRole =
    roles.length === 0
      ? sql`false`
      : sql`jsonb_array_length(${people}) = 0 and ${waits.interrupt} #>> '{who,role}' in ${[...roles]}`;
  return and(
    eq(waits.workspaceId, workspaceId),
    isNull(waits.answeredAt),
    eq(waits.kind, "approval"),
    sql`(${waits.dueAt} is null or ${waits.dueAt} > clock_timestamp())`,
    sql`(${people} @> ${JSON.stringify([profileId])}::jsonb or (${byRole}))`,
  );
}

/** Longest waiting first. */
export async function pageOfApprovals(
  tx: Tx,
  who: Answerer,
  request: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<OpenApproval>> {
  const after = readCursor(request.cursor, "number");
  const [executionAfter, stepAfter] = after?.id.split(" ") ?? [];
  const rows = await tx
    .select({
      executionId: waits.executionId,
      workflowId: executions.workflowId,
      workflowName: workflows.name,
      stepKey: waits.stepKey,
      attempt: waits.attempt,
      interrupt: waits.interrupt,
      since: waits.since,
      dueAt: waits.dueAt,
    })
    .from(waits)
    .innerJoin(executions, eq(executions.id, waits.executionId))
    .innerJoin(workflows, eq(workflows.id, executions.workflowId))
    .where(
      and(
        isFor(who),
        after === null
          ? undefined
          : sql`(${waits.since}, ${waits.executionId}, ${waits.stepKey})
              > (${new Date(after.at).toISOString()}::timestamptz, ${executionAfter ?? ""}, ${stepAfter ?? ""})`,
      ),
    )
    .orderBy(asc(waits.since), asc(waits.executionId), asc(waits.stepKey))
    .limit(request.limit + 1);
  return pageFrom(rows, request.limit, {
    item: ({ interrupt, since, dueAt, ...row }) => ({
      ...row,
      ...shownOf(interrupt),
      since: since.toISOString(),
      dueAt: dueAt?.toISOString() ?? null,
    }),
    cursor: (row) => ({ at: row.since.getTime(), id: `${row.executionId} ${row.stepKey}` }),
  });
}

function shownOf(interrupt: Interrupt): Pick<OpenApproval, "title" | "body" | "fields"> {
  if (interrupt.kind !== "approval") return { title: "", body: "", fields: [] };
  const { title, body, fields } = interrupt;
  return { title, body, fields };
}

/** Counts up to `most`: a badge shows no more. */
export async function countApprovals(tx: Tx, who: Answerer, most: number): Promise<number> {
  const rows = await tx.select({ stepKey: waits.stepKey }).from(waits).where(isFor(who)).limit(most);
  return rows.length;
}
