import { AppError } from "../../errors.ts";
import type { Execute } from "../agent.ts";
import { deadlineOf } from "../moments.ts";
import type { signalConfig } from "./definition.ts";

const longestName = 120;

/** Throws config_invalid for a name that is none, or a deadline that is none. */
export const executeSignal: Execute<typeof signalConfig> = async (config, _inputs, context) => {
  const name = config.name.trim();
  if (name === "" || name.length > longestName)
    throw new AppError("config_invalid", `The name of a call has 1 to ${longestName} characters.`, {
      detail: { field: "name" },
    });
  const dueAt = deadlineOf(config.deadline, { setting: "deadline", now: context.now() });
  context.log(`Waits for “${name}”.`);
  return { outputs: {}, wait: { kind: "signal", name, dueAt } };
};
