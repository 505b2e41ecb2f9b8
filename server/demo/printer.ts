import type { LiveFeed } from "#src/engine/ports.ts";
import { iterationPathOf, nodeIdOf } from "#src/engine/stepKey.ts";
import type { ExecutionEventBody } from "#src/schemas/executionEvent.ts";
import type { Graph } from "#src/schemas/graph.ts";

export interface Terminal {
  write(text: string): void;
  /** Whether control sequences for colour are understood. */
  readonly colour: boolean;
}

const codes = { dim: 2, red: 31, green: 32, yellow: 33, bold: 1 } as const;

/** Prints what happens as it happens: a line a step, streamed text under it. Interleaved streams are told apart by their step's name. */
export function createPrinter(graph: Graph, terminal: Terminal): LiveFeed {
  const names = new Map<string, string>(graph.nodes.map((node) => [node.id, node.name]));
  /** In frames with its iteration, counted from 1: `Say 2.1`. */
  const nameOf = (stepKey: string): string => {
    const [id, path] = [nodeIdOf(stepKey), iterationPathOf(stepKey)];
    return [names.get(id) ?? id, path.map((index) => index + 1).join(".")].join(" ").trim();
  };
  const begun = new Map<string, number>();
  const paint = (style: keyof typeof codes, text: string) =>
    terminal.colour ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
  let streaming: string | null = null;

  function line(text: string): void {
    if (streaming !== null) terminal.write("\n");
    streaming = null;
    terminal.write(`${text}\n`);
  }
  function stream(stepKey: string, text: string): void {
    if (streaming !== stepKey) line(paint("dim", `  | ${nameOf(stepKey)}:`));
    if (streaming !== stepKey) terminal.write("  | ");
    streaming = stepKey;
    terminal.write(text.replaceAll("\n", "\n  | "));
  }
  function print(body: ExecutionEventBody, at: number): void {
    const name = "stepKey" in body ? nameOf(body.stepKey) : "";
    const took = "stepKey" in body ? `${at - (begun.get(body.stepKey) ?? at)} ms` : "";
    switch (body.type) {
      case "step_started":
        begun.set(body.stepKey, at);
        line(`  ${paint("dim", ">")} ${name}${body.attempt > 1 ? ` (attempt ${body.attempt})` : ""}`);
        break;
      case "step_succeeded":
        line(`  ${paint("green", "ok")} ${name} ${paint("dim", took)}`);
        break;
      case "step_attempt_failed":
        line(`  ${paint("yellow", "retry")} ${name}: ${body.error.message}`);
        break;
      case "step_failed":
        line(`  ${paint("red", "failed")} ${name}: ${body.error.message}`);
        break;
      case "step_skipped":
        line(`  ${paint("dim", `- ${name} (skipped)`)}`);
        break;
      case "step_cancelled":
        line(`  ${paint("dim", `- ${name} (cancelled)`)}`);
        break;
      default:
        break;
    }
  }
  return {
    publish(_executionId, message) {
      if (message.kind === "event") print(message.event.body, message.event.at);
      else if (message.text.channel === "text") stream(message.text.stepKey, message.text.text);
    },
  };
}
