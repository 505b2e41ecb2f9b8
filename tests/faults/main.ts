import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { faults, named } from "./catalogue.ts";
import type { Fault } from "./rig/fault.ts";
import { seeded } from "./rig/random.ts";

// The long form: one line for each fault, with what reproduces it. See README.md.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: "string", default: "5" },
    "per-second": { type: "string", default: "20" },
    seed: { type: "string" },
    short: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
const perSecond = Number(values["per-second"]);
const seed = values.seed === undefined ? (Date.now() % 1_000_000) + 1 : Number(values.seed);
const unknown = positionals.filter((id) => !named.some((fault) => fault.id === id));
if (unknown.length > 0 || !(minutes > 0) || !(perSecond > 0) || !Number.isInteger(seed)) {
  console.error(
    `faults: --minutes, --per-second and --seed are numbers, and faults are ${named.map(({ id }) => id).join(" ")}`,
  );
  process.exit(1);
}

const reasonOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Whether it held. */
async function attempt(fault: Fault): Promise<boolean> {
  const begun = performance.now();
  const seconds = () => `${((performance.now() - begun) / 1_000).toFixed(0)} s`;
  const load = readFileSync("/proc/loadavg", "utf8").split(" ")[0];
  const name = `${fault.id} seed ${seed}`;
  try {
    const verdict = await fault.run({ random: seeded(seed), isShort: values.short, minutes, perSecond });
    const { violations, executions, events, recoveries, slowestRecoveryMs, calls } = verdict;
    const figures = `${executions} executions, ${events} events, ${calls} calls, ${recoveries} recoveries (slowest ${slowestRecoveryMs} ms)`;
    console.log(`${name}: ${violations.length === 0 ? "kept" : "BROKEN"}, ${seconds()}, load ${load}: ${figures}`);
    for (const note of verdict.notes ?? []) console.log(`    ${note}`);
    for (const violation of violations.slice(0, 50)) console.log(`    ${violation}`);
    return violations.length === 0;
  } catch (thrown) {
    console.log(`${name}: BROKEN, ${seconds()}, load ${load}: ${reasonOf(thrown)}`);
    return false;
  }
}

// What was under way when a fault ended early: its reason is told already.
process.on("unhandledRejection", () => {});
let broken = 0;
const chosen = positionals.length === 0 ? faults : named.filter(({ id }) => positionals.includes(id));
for (const fault of chosen) if (!(await attempt(fault))) broken += 1;
process.exit(broken > 0 ? 1 : 0);
