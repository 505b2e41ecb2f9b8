import { machine, today } from "../support/machine.ts";
import { branches } from "./measures/branches.ts";
import { embedded, httpStart } from "./measures/httpStart.ts";
import { many } from "./measures/many.ts";
import { recovery } from "./measures/recovery.ts";
import { sequence } from "./measures/sequence.ts";
import { workers } from "./measures/workers.ts";
import { type PeerName, peers } from "./support/peers.ts";
import { createRun, fullScale, type PeerMeasure, quickScale } from "./support/plan.ts";
import type { Row } from "./support/row.ts";
import { writeTable } from "./support/table.ts";

const measures: readonly PeerMeasure[] = [httpStart, embedded, sequence, branches, many, workers, recovery];
const names = process.argv.slice(2).filter((argument) => argument !== "--quick");
const isQuick = process.argv.includes("--quick");
const allPeers = Object.keys(peers) as PeerName[];
const unknown = names.filter((name) => !(name in peers) && !measures.some((measure) => measure.name === name));
if (unknown.length > 0) {
  const known = [...measures.map(({ name }) => name), ...allPeers];
  console.error(`There is no ${unknown.join(", ")}. Choose among ${known.join(", ")}.`);
  process.exit(2);
}
if (!process.env.TEST_DATABASE_URL) {
  console.error("The peers need a PostgreSQL: see above.");
  process.exit(2);
}
const chosenPeers = allPeers.filter((peer) => names.includes(peer));
const chosen = measures.filter(({ name }) => names.includes(name));

const begun = performance.now();
const run = createRun(isQuick ? quickScale : fullScale, new Set(chosenPeers.length > 0 ? chosenPeers : allPeers));
const rows: Row[] = [];
for (const measure of chosen.length > 0 ? chosen : measures) {
  const measured = await measure.run(run).catch((error: unknown) => {
    console.error(`${measure.name}: AgentFlow itself could not be measured`, error);
    process.exitCode = 1;
    return [];
  });
  for (const row of measured) {
    rows.push(row);
    const ratio = row.ratio === null ? "" : `, ${row.ratio.toFixed(2)} x`;
    const verdict = row.holds === null ? "" : row.holds ? ` (${row.wanted}: yes)` : ` (${row.wanted}: MISSED)`;
    console.log(`${row.what}\n  ${row.ours} | ${row.against}: ${row.theirs}${ratio}${verdict}`);
  }
}
console.log(`${Math.round((performance.now() - begun) / 1_000)} s`);
if (!isQuick) writeTable(rows, { date: today(), machine: machine() });
process.exit(process.exitCode ?? (rows.some(({ holds }) => holds === false) ? 1 : 0));
