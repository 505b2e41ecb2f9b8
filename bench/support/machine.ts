import { cpus, totalmem } from "node:os";

/** What a figure was measured on, in a line. */
export const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Bun ${Bun.version}`;
/** The day of a figure. */
export const today = (): string => new Date().toISOString().slice(0, 10);
