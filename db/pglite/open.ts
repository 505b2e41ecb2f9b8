import type { Duplex } from "node:stream";

export interface Embedded {
  /** A new stream that speaks the Postgres protocol. One at a time. */
  connect(): Duplex;
  close(): Promise<void>;
}
export async function openPglite(_folder: string | null): Promise<Embedded> {
  throw new Error("soon");
}
