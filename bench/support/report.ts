import { readFileSync, writeFileSync } from "node:fs";
import type { Measurement } from "./measurement.ts";

const page = new URL("../README.md", import.meta.url);
const begin = "<!-- results: written by `npm run bench` -->";

/** Replaces what stands below the mark in bench/README.md. */
export function writeReport(report: { date: string; machine: string; results: readonly Measurement[] }): void {
  const rows = report.results.map(
    (r) => `| ${r.what} | ${r.value} | ${r.against} | ${r.ratio} | ${r.limit} | ${r.holds ? "yes" : "**no**"} |`,
  );
  const table = ["| what | measured | against | ratio | limit | holds |", "|---|---|---|---|---|---|", ...rows].join(
    "\n",
  );
  const kept = readFileSync(page, "utf8").split(begin)[0];
  writeFileSync(page, `${kept}${begin}\n\nMeasured ${report.date} on ${report.machine}.\n\n${table}\n`);
}
