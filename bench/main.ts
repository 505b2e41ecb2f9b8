import { bundle } from "./measures/bundle.ts";
import { enginePglite, enginePostgres } from "./measures/engineDurable.ts";
import { engineMemory } from "./measures/engineMemory.ts";
import { executeOverHttp } from "./measures/executeOverHttp.ts";
import { firstEvent } from "./measures/firstEvent.ts";
import { largeValues } from "./measures/largeValues.ts";
import { manyExecutions } from "./measures/manyExecutions.ts";
import { parallelBranches } from "./measures/parallelBranches.ts";
import { pruning, pruningOfAMillion } from "./measures/pruning.ts";
import { startAndMemory } from "./measures/startAndMemory.ts";
import { machine, today } from "./support/machine.ts";
import type { Measure, Measurement } from "./support/measurement.ts";
import { writeReport } from "./support/report.ts";

const measures: readonly Measure[] = [
  engineMemory,
  parallelBranches,
  pruning,
  enginePostgres,
  enginePglite,
  manyExecutions,
  largeValues,
  executeOverHttp,
  startAndMemory,
  bundle,
  firstEvent,
];
/** Left out unless they are named. */
const onlyNamed: readonly Measure[] = [pruningOfAMillion];
const wanted = process.argv.slice(2);
const has = { postgres: Boolean(process.env.TEST_DATABASE_URL), chromium: Boolean(process.env.CHROMIUM_PATH) };

const results: Measurement[] = [];
const chosen = wanted.length === 0 ? measures : [...measures, ...onlyNamed].filter(({ name }) => wanted.includes(name));
for (const measure of chosen) {
  if (measure.needs.some((need) => !has[need])) {
    console.log(`${measure.name}: left out, needs ${measure.needs.join(" and ")}`);
    continue;
  }
  for (const result of await measure.run()) {
    results.push(result);
    console.log(
      `${result.holds ? "ok  " : "MISS"} ${result.what}: ${result.value}; ratio ${result.ratio} to ${result.against}; limit ${result.limit}`,
    );
  }
}
writeReport({ date: today(), machine: machine(), results });
process.exit(results.every((r) => r.holds) ? 0 : 1);
