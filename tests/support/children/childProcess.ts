import { fileURLToPath } from "node:url";

export interface Child extends AsyncDisposable {
  /** The next line it prints; null when it has ended. */
  line(): Promise<string | null>;
  /** SIGKILL: it gets no chance to tidy up. Resolves when it is gone. */
  kill(): Promise<void>;
}

/** Runs a script beside this file in a Bun process of its own; `argument` reaches it as JSON. */
export function startChild(script: string, argument: unknown): Child {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const process_ = Bun.spawn([process.execPath, path, JSON.stringify(argument)], { stdout: "pipe", stderr: "inherit" });
  const reader = process_.stdout.getReader();
  const decoder = new TextDecoder();
  let text = "";
  const kill = async () => {
    process_.kill("SIGKILL");
    await process_.exited;
  };
  return {
    async line() {
      for (;;) {
        const end = text.indexOf("\n");
        if (end !== -1) {
          const line = text.slice(0, end);
          text = text.slice(end + 1);
          return line;
        }
        const { value, done } = await reader.read();
        if (done) return null;
        text += decoder.decode(value, { stream: true });
      }
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
