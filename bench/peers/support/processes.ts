/** A process of a peer, ended by its own id and never by name. */
export interface PeerProcess extends AsyncDisposable {
  readonly pid: number;
  /** The next line it prints; null when it has ended. */
  line(): Promise<string | null>;
  /** Null while it runs. */
  exitCode(): number | null;
  /** kill -9. Resolves when it is gone. */
  kill(): Promise<void>;
  /** The end of what it said, for an error. */
  lastWords(): string;
}

interface StartRequest {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const alive = new Set<Bun.Subprocess>();
/** Ends every process that was started here and still runs. Whoever waits for one of them gets its end. */
export function killAll(): void {
  for (const child of alive) child.kill("SIGKILL");
}
process.once("exit", killAll);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => process.exit(1));
const politeMs = 10_000;
const wordsKept = 2_000;

export function startProcess({ command, cwd, env }: StartRequest): PeerProcess {
  const child = Bun.spawn([...command], { cwd, env: { ...env }, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  alive.add(child);
  void child.exited.then(() => alive.delete(child));
  let words = "";
  const hear = (text: string) => {
    words = (words + text).slice(-wordsKept);
  };
  const lines = linesOf(child.stdout, hear);
  void listen(child.stderr, hear);
  return {
    pid: child.pid,
    line: lines,
    exitCode: () => child.exitCode,
    lastWords: () => words.trim(),
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), politeMs);
      await child.exited;
      clearTimeout(late);
    },
  };
}

async function listen(stream: ReadableStream<Uint8Array>, hear: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const piece of stream) hear(decoder.decode(piece, { stream: true }));
}

/** Reads on whether or not somebody asks, so that the process is never held up by a full pipe. */
function linesOf(stream: ReadableStream<Uint8Array>, hear: (text: string) => void): () => Promise<string | null> {
  const ready: string[] = [];
  let wake = () => {};
  let isOver = false;
  let rest = "";
  void listen(stream, (text) => {
    hear(text);
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    ready.push(...lines);
    wake();
  }).finally(() => {
    isOver = true;
    wake();
  });
  return async () => {
    while (ready.length === 0 && !isOver) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
    return ready.shift() ?? null;
  };
}

/** Resolves when the address answers at all. Throws with what the process said last when it ends first, or takes too long. */
export async function untilAnswers(url: string, process_: PeerProcess, longestMs = 90_000): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    if (answer !== null && answer.status < 500) return performance.now() - begun;
    if (process_.exitCode() !== null || performance.now() - begun > longestMs)
      throw new Error(`it did not start: ${process_.lastWords().slice(-400)}`);
    await Bun.sleep(50);
  }
}
