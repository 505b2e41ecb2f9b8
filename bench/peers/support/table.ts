import { readSection, writeSection } from "../../support/section.ts";
import { isAbsent, type Row } from "./row.ts";

const mark = "peers";
const columns = ["what", "against", "AgentFlow", "the other", "times as fast", "wanted", "holds", "measured"] as const;
const place = Object.fromEntries(columns.map((name, index) => [name, index])) as Record<
  (typeof columns)[number],
  number
>;
type Cells = readonly string[];

const cellsOf = (row: Row, date: string): Cells => [
  row.what,
  row.against,
  row.ours,
  row.theirs,
  row.ratio === null ? "" : row.ratio.toFixed(row.ratio < 10 ? 2 : 0),
  row.wanted,
  row.holds === null ? "" : row.holds ? "yes" : "**no**",
  date,
];
const keyOf = (cells: Cells): string => `${cells[place.what]} ${cells[place.against]}`;

/** What was wanted and missed, then what we lose to somebody, then the rest in the order of the measures. */
function rank(cells: Cells): number {
  if (cells[place.holds] === "**no**") return 0;
  const ratio = cells[place["times as fast"]] ?? "";
  return ratio !== "" && Number(ratio) < 1 ? 1 : 2;
}

/** Rows of this run in the place of their older ones; the others stay. Who could not be measured now keeps an older figure. */
export function merge(old: readonly Cells[], rows: readonly Row[], date: string): Cells[] {
  const all = new Map(old.map((cells) => [keyOf(cells), cells]));
  for (const row of rows) {
    const cells = cellsOf(row, date);
    if (!isAbsent(row) || !all.has(keyOf(cells))) all.set(keyOf(cells), cells);
  }
  return [...all.values()].toSorted((a, b) => rank(a) - rank(b));
}

const line = (cells: Cells): string => `| ${cells.join(" | ")} |`;
const cells = (written: string): string[] =>
  written
    .slice(2, -2)
    .split(" | ")
    .map((cell) => cell.trim());

/** Writes the peers' section of bench/README.md. */
export function writeTable(rows: readonly Row[], { date, machine }: { date: string; machine: string }): void {
  const old = readSection(mark)
    .split("\n")
    .filter((written) => written.startsWith("| ") && !written.startsWith(`| ${columns[0]} | ${columns[1]}`))
    .map((written) => cells(written))
    .filter((read) => read.length === columns.length);
  const table = [line(columns), `|${"---|".repeat(columns.length)}`, ...merge(old, rows, date).map(line)];
  writeSection(mark, `Last run ${date} on ${machine}. What we miss or lose comes first.\n\n${table.join("\n")}`);
}
