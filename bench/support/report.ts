import type { Measurement } from "./measurement.ts";
import { readSection, writeSection } from "./section.ts";

const mark = "results";

const head = ["| what | measured | against | ratio | limit | holds |", "|---|---|---|---|---|---|"];

/** Writes the results' section of bench/README.md. A run of some measures replaces their rows and keeps the others. */
export function writeReport(report: { date: string; machine: string; results: readonly Measurement[] }): void {
  const fresh = new Map(report.results.map((r) => [r.what, r]));
  const row = (r: Measurement) =>
    `| ${r.what} | ${r.value} | ${r.against} | ${r.ratio} | ${r.limit} | ${r.holds ? "yes" : "**no**"} |`;
  const old = readSection(mark)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !head.includes(line));
  const rows = old.map((line) => {
    const what = line.split(" | ")[0]?.slice(2) ?? "";
    const result = fresh.get(what);
    fresh.delete(what);
    return result === undefined ? line : row(result);
  });
  const table = [...head, ...rows, ...[...fresh.values()].map(row)].join("\n");
  writeSection(mark, `Measured ${report.date} on ${report.machine}.\n\n${table}`);
}
