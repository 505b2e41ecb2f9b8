import { logEvents } from "#tests/support/logEvents.ts";
import type { Fault, Size } from "./rig/fault.ts";
import { type Call, type Treatment, tokensOfACall } from "./rig/ledger.ts";
import { openRig, type Rig } from "./rig/rig.ts";
import { branches, chain, timedCall } from "./rig/workloads.ts";

/** Starts many, waits for all, and holds what they sent and what they count against the ledger. */
async function against(rig: Rig, { random, isShort }: Size, treatments: readonly Treatment[]) {
  const trouble = new Map<string, number>();
  rig.ledger.treat((key, nth) => {
    // A policy of eight attempts outlives five troubles: each step has to succeed.
    const troubles = trouble.get(key) ?? random.between(0, 5);
    trouble.set(key, troubles);
    return nth <= troubles ? random.pick(treatments) : { kind: "answer", paceMs: random.between(0, 20) };
  });
  const server = await rig.start();
  const kinds = await Promise.all([chain(3), branches(), timedCall(1_000)].map((graph) => rig.workflow(server, graph)));
  await Promise.all(Array.from({ length: isShort ? 18 : 500 }, () => rig.submit(server, random.pick(kinds))));
  await rig.settled(600_000);
  const verdict = await rig.verdict();
  const rows = await rig.sql<{ id: string; status: string; tokens: string; error: unknown }[]>`
    select id, status, input_tokens + output_tokens as tokens, error from workflow_executions`;
  for (const { id, status, tokens, error } of rows) {
    if (status !== "succeeded") verdict.violations.push(`${id}: ${status}, ${JSON.stringify(error)}`);
    // What was cut off told nobody what it cost; what was answered is counted once.
    const answered = rig.ledger.callsOf(id).filter(({ answeredAt }) => answeredAt !== null).length;
    const expected = answered * (tokensOfACall.input + tokensOfACall.output);
    if (Number(tokens) !== expected) verdict.violations.push(`${id}: counted ${tokens} tokens, ${expected} were used`);
  }
  verdict.violations.push(...impatient(rig.ledger.calls));
  return verdict;
}

/** Calls that came before the Retry-After of the one before was over. */
function impatient(calls: readonly Call[]): string[] {
  const last = new Map<string, Call>();
  const violations: string[] = [];
  for (const call of calls) {
    const before = last.get(call.key);
    if (before?.retryAfterMs != null && call.at - before.at < before.retryAfterMs)
      violations.push(`${call.key}: again after ${call.at - before.at} ms, Retry-After was ${before.retryAfterMs}`);
    last.set(call.key, call);
  }
  return violations;
}

async function brokenConnections(size: Size) {
  await using rig = await openRig();
  return await against(rig, size, [
    { kind: "drop" },
    { kind: "status", status: 500 },
    { kind: "cut" },
    { kind: "reset" },
    // Slower than one of the workflows waits, and in time for the others.
    { kind: "trickle", byteMs: size.isShort ? 3 : 15 },
  ]);
}

async function brokenModel(size: Size) {
  await using rig = await openRig();
  return await against(rig, size, [
    { kind: "status", status: 429, retryAfter: 1 },
    { kind: "status", status: 529 },
    { kind: "status", status: 503 },
    { kind: "cut" },
    { kind: "malformed" },
    { kind: "empty" },
  ]);
}

/** A target that says nothing: each attempt ends at its own limit, and the caller is gone then. */
async function silence(size: Size) {
  await using rig = await openRig();
  rig.ledger.treat((_key, nth) => (nth <= 2 ? { kind: "hang" } : { kind: "answer" }));
  const server = await rig.start();
  const workflowId = await rig.workflow(server, timedCall(1_500));
  await Promise.all(Array.from({ length: size.isShort ? 8 : 200 }, () => rig.submit(server, workflowId)));
  await rig.settled();
  const verdict = await rig.verdict();
  const failed = await rig.sql<{ code: string; count: number }[]>`
    select body #>> '{error,code}' as code, count(*)::int as count from ${rig.sql.unsafe(logEvents)}
    where type = 'step_attempt_failed' group by 1`;
  for (const { code } of failed) if (code !== "step_timeout") verdict.violations.push(`an attempt failed with ${code}`);
  const hanging = rig.ledger.calls.filter(({ answeredAt, leftAt }) => answeredAt === null && leftAt === null);
  if (hanging.length > 0) verdict.violations.push(`${hanging.length} calls are still held open`);
  return verdict;
}

export const targetFaults: readonly Fault[] = [
  {
    id: "R26",
    title: "a target that does its work and drops the answer gets the same key again, and no more",
    run: brokenConnections,
  },
  { id: "R26s", title: "a target that says nothing is left at the step's limit", run: silence },
  {
    id: "R27",
    title: "a model's busy, cut, empty and garbled answers are tried again in their time, and counted once",
    run: brokenModel,
  },
];
