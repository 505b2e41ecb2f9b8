import type { Execute } from "../agent.ts";
import { readDuration, readMoment } from "../moments.ts";
import type { waitConfig } from "./definition.ts";

/** Throws config_invalid for what is no length of time or no moment. A moment that has passed does not wait. */
export const executeWait: Execute<typeof waitConfig> = async (config, inputs, context) => {
  const now = context.now();
  const dueAt =
    config.mode === "for"
      ? now + readDuration(config.duration, "duration")
      : readMoment(config.until, { setting: "until", now });
  if (dueAt <= now) {
    context.log("This moment has passed.");
    return { outputs: { value: inputs.value ?? null } };
  }
  context.log(`Waits until ${new Date(dueAt).toISOString()}.`);
  return { outputs: {}, wait: { kind: "time", dueAt } };
};
