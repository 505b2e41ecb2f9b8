import type { ExecutionQueue } from "#src/schemas/execution.ts";
import { plural } from "../ui/format.ts";

interface QueueWords {
  readonly title: string;
  readonly detail: string;
}

/** Why an execution has not begun (or, woken, does not go on yet), and what it needs; null while somebody works on it. */
export function queueWords({ waitsFor, limit, ahead }: ExecutionQueue, isQueued: boolean): QueueWords | null {
  const before = ahead === 0 ? "" : ` ${ahead === 1_000 ? "1,000 or more" : ahead.toLocaleString("en")} before it.`;
  const byItself = isQueued ? "It starts by itself." : "It goes on by itself.";
  switch (waitsFor) {
    case "rate":
      return {
        title: "Waiting for the workflow’s rate limit",
        detail: `${plural(limit ?? 0, "run")} may start in a minute.${before} ${byItself}`,
      };
    case "place":
      return {
        title: "Waiting for a place in the workflow",
        detail: `${plural(limit ?? 0, "run")} may be at work at once.${before} ${byItself}`,
      };
    case "room":
      return { title: "Waiting for a worker", detail: `All are busy.${before} ${byItself}` };
    case null:
      return null;
  }
}
