import { AppError } from "../../errors.ts";
import type { Execute } from "../agent.ts";
import { longestMessage, type stopConfig } from "./definition.ts";

/** Always throws `stopped`. */
export const executeStop: Execute<typeof stopConfig> = async ({ message }) => {
  throw new AppError("stopped", message.trim().slice(0, longestMessage) || "Stopped by the workflow.");
};
