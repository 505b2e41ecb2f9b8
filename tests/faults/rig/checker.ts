import type postgres from "postgres";
import { eventsOfRow } from "#src/engine/logRows.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import type { ExecutionState } from "#src/engine/state.ts";
import { type ExecutionStatus, isFinalExecution, isFinalStep } from "#src/schemas/execution.ts";
import type { ExecutionEvent, Usage } from "#src/schemas/executionEvent.ts";
import type { Call } from "./ledger.ts";

export interface Verdict {
  /** Empty when every promise was kept. */
  readonly violations: string[];
  readonly executions: number;
  readonly events: number;
  readonly recoveries: number;
  /** The longest time from the last event before a crash to the `execution_recovered` after it. */
  readonly slowestRecoveryMs: number;
  readonly calls: number;
  /** What else was measured, for whoever reads the figures. */
  readonly notes?: readonly string[];
}

export interface Evidence {
  readonly sql: postgres.Sql;
  /** Executions whose start was answered with success. */
  readonly accepted: readonly string[];
  readonly calls: readonly Call[];
  /** A process that was frozen may make, after its return, the call that it was about to make: with the same key, and unrecorded. */
  readonly frozen: boolean;
  /** Only these, which have ended, while others go on: retention removes them before the end of a long trial. */
  readonly of?: readonly string[];
}

interface Row {
  readonly id: string;
  readonly status: ExecutionStatus;
  readonly last_seq: number;
  readonly recoveries: number;
  readonly lease_owner: string | null;
  readonly output: string | null;
  readonly input_tokens: string;
  readonly output_tokens: string;
}
interface Logged {
  readonly execution_id: string;
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly body: string;
}
/** Reads the whole database after a fault and holds it against the promises of RELIABILITY.md. Nothing may be running any more. */
export async function judge(evidence: Evidence): Promise<Verdict> {
  const { sql, accepted, calls, of } = evidence;
  const only = of === undefined ? null : [...of];
  const rows = await sql<Row[]>`
    select id, status, last_seq, recoveries, lease_owner, output_data::text as output, input_tokens, output_tokens
    from workflow_executions where ${only}::text[] is null or id = any(${only}::text[]) order by created_at, id`;
  const histories = await historiesOf(sql, only);
  const callsOf = groupBy(calls, ({ key }) => key.split(":", 1)[0] ?? "");
  const violations: string[] = [];
  let slowest = 0;
  let usedTokens = 0;
  for (const row of rows) {
    const events = histories.get(row.id) ?? [];
    const say = (what: string) => violations.push(`${row.id}: ${what}`);
    const state = stateOf(events, say);
    if (state === null) continue;
    checkRow(row, { state, events, say });
    checkSteps(state, say);
    checkCalls(state, { calls: callsOf.get(row.id) ?? [], frozen: evidence.frozen, say });
    slowest = Math.max(slowest, slowestRecovery(events));
    usedTokens += tokensOf(events).input + tokensOf(events).output;
  }
  const known = new Set(rows.map(({ id }) => id));
  for (const id of accepted) if (!known.has(id)) violations.push(`${id}: was accepted and is not there`);
  for (const id of histories.keys()) if (!known.has(id)) violations.push(`${id}: has events and no row`);
  for (const id of callsOf.keys())
    if (!known.has(id)) violations.push(`A call was made under “${id}”, which is no execution`);
  if (of === undefined) violations.push(...(await checkTables(sql, usedTokens)));
  return {
    violations,
    executions: rows.length,
    events: [...histories.values()].reduce((sum, events) => sum + events.length, 0),
    recoveries: rows.reduce((sum, row) => sum + row.recoveries, 0),
    slowestRecoveryMs: slowest,
    calls: calls.length,
  };
}

async function historiesOf(sql: postgres.Sql, only: string[] | null): Promise<Map<string, ExecutionEvent[]>> {
  const histories = new Map<string, ExecutionEvent[]>();
  const pages = sql<Logged[]>`
    select execution_id, seq, (extract(epoch from at) * 1000)::float8 as at, body::text as body
    from execution_events where ${only}::text[] is null or execution_id = any(${only}::text[]) order by execution_id, seq`;
  await pages.cursor(5_000, (page) => {
    for (const { execution_id, seq, at, body } of page) {
      const own = histories.get(execution_id) ?? [];
      if (own.length === 0) histories.set(execution_id, own);
      // As they are stored: what is large stands as a reference in them, to be told apart as well.
      own.push(...(eventsOfRow({ seq, at, body: JSON.parse(body) }) as unknown as ExecutionEvent[]));
    }
  });
  return histories;
}

/** As text in all queries: the embedded database's connection parses nothing by itself. */
const fromText = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const own = groups.get(keyOf(item)) ?? [];
    if (own.length === 0) groups.set(keyOf(item), own);
    own.push(item);
  }
  return groups;
}

type Say = (what: string) => void;

/** I2: gapless, unique, only legal transitions, one final record of each step: the reducer refuses everything else. */
function stateOf(events: readonly ExecutionEvent[], say: Say): ExecutionState | null {
  try {
    return reduceAll(events);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return null;
  }
}

interface About {
  readonly state: ExecutionState;
  readonly events: readonly ExecutionEvent[];
  readonly say: Say;
}

/** I1 and the projections: what the row says is what the events say. */
function checkRow(row: Row, { state, events, say }: About): void {
  if (!isFinalExecution(row.status)) say(`has not ended: ${row.status}`);
  if (row.status !== state.status) say(`its row says ${row.status}, its events ${state.status}`);
  if (row.last_seq !== state.lastSeq) say(`its row is at ${row.last_seq}, its events at ${state.lastSeq}`);
  if (row.recoveries !== state.recoveries)
    say(`${row.recoveries} recoveries in the row, ${state.recoveries} in the events`);
  if (row.lease_owner !== null && isFinalExecution(row.status)) say(`${row.lease_owner} holds what has ended`);
  if (row.status === "succeeded" && !Bun.deepEquals(fromText(row.output), state.output))
    say("its output is not that of its events");
  const tokens = tokensOf(events);
  if (Number(row.input_tokens) !== tokens.input || Number(row.output_tokens) !== tokens.output)
    say(`${row.input_tokens}+${row.output_tokens} tokens in the row, ${tokens.input}+${tokens.output} in the events`);
}

/** What has ended leaves no step that goes on. */
function checkSteps(state: ExecutionState, say: Say): void {
  if (!isFinalExecution(state.status)) return;
  for (const [key, { status }] of Object.entries(state.steps))
    if (!isFinalStep(status)) say(`step ${key} ended ${status}`);
}

interface CallsOf {
  readonly calls: readonly Call[];
  readonly frozen: boolean;
  readonly say: Say;
}

const onItsWayMs = 2_000;

/** I3 and I13: the same key on each attempt, no call that no attempt explains, none after a recorded result. */
function checkCalls(state: ExecutionState, { calls, frozen, say }: CallsOf): void {
  for (const [key, own] of groupBy(calls, (call) => call.key)) {
    const [, node = "", iteration = ""] = key.split(":");
    const step = state.steps[`${node}/${iteration}`] ?? (iteration === "0" ? state.steps[node] : undefined);
    if (step === undefined) {
      say(`a call came under the key ${key}, which belongs to no step`);
      continue;
    }
    if (own.length > step.attempt && !frozen) say(`${own.length} calls under ${key}, ${step.attempt} attempts`);
    if (step.status === "succeeded" && !own.some(({ answeredAt }) => answeredAt !== null))
      say(`${key} has succeeded without an answer`);
    // A call that was on its way when its step was cancelled or timed out may arrive a moment later.
    const endedAt = (step.endedAt ?? Number.POSITIVE_INFINITY) + (step.status === "succeeded" ? 0 : onItsWayMs);
    if (!frozen && own.some(({ at }) => at > endedAt)) say(`a call under ${key} after its end (${step.status})`);
  }
}

function tokensOf(events: readonly ExecutionEvent[]): { input: number; output: number } {
  const sum = { input: 0, output: 0 };
  for (const { body } of events) {
    const usage: Usage | undefined = "usage" in body ? body.usage : undefined;
    sum.input += usage?.inputTokens ?? 0;
    sum.output += usage?.outputTokens ?? 0;
  }
  return sum;
}

function slowestRecovery(events: readonly ExecutionEvent[]): number {
  let slowest = 0;
  for (const [at, event] of events.entries()) {
    const before = events[at - 1];
    if (event.body.type === "execution_recovered" && before !== undefined)
      slowest = Math.max(slowest, event.at - before.at);
  }
  return slowest;
}

/** What is only true of all together: nothing waits that has ended, and the days' use is the sum of what the events tell (I13). */
async function checkTables(sql: postgres.Sql, usedTokens: number): Promise<string[]> {
  const violations: string[] = [];
  const [waits] = await sql<{ count: number }[]>`select count(*)::int as count from execution_waits`;
  if (waits?.count !== 0) violations.push(`${waits?.count} waits are left of executions that have ended`);
  const [spent] = await sql<{ tokens: string }[]>`select coalesce(sum(tokens), 0) as tokens from daily_spending`;
  if (Number(spent?.tokens) !== usedTokens)
    violations.push(`${spent?.tokens} tokens in the days' sums, ${usedTokens} in the events`);
  return violations;
}
