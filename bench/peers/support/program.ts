import { copyFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installed } from "./install.ts";
import type { PeerName } from "./peers.ts";
import { type PeerProcess, startProcess } from "./processes.ts";

/** Programs of peers that are libraries: one file each, run by the peer's Node from the peer's folder, so that it finds the peer. */
type Program = "langgraph" | "dbos" | "bullmq";

interface ProgramRequest {
  readonly peer: PeerName;
  readonly program: Program;
  readonly request: Readonly<Record<string, unknown>>;
}

export function startProgram({ peer, program, request }: ProgramRequest): PeerProcess {
  const { folder, node, env } = installed(peer);
  const source = fileURLToPath(new URL(`../programs/${program}.mjs`, import.meta.url));
  const copy = join(folder, basename(source));
  copyFileSync(source, copy);
  return startProcess({
    command: [node, copy, JSON.stringify(request)],
    cwd: folder,
    env: { ...env, NODE_ENV: "production" },
  });
}

/** The result it prints as `{"result": ...}`; other lines are its own talk. Throws with its last words when it ends without. */
export async function resultOf<Result>(process_: PeerProcess): Promise<Result> {
  for (;;) {
    const line = await process_.line();
    if (line === null) throw new Error(`it ended without a result: ${process_.lastWords().slice(-400)}`);
    if (line.startsWith('{"result"')) return (JSON.parse(line) as { result: Result }).result;
  }
}

export async function runProgram<Result>(request: ProgramRequest): Promise<Result> {
  await using process_ = startProgram(request);
  return await resultOf<Result>(process_);
}
