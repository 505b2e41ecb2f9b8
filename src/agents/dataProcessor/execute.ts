import { AppError } from "../../errors.ts";
import type { Execute } from "../agent.ts";
import type { dataProcessorConfig } from "./definition.ts";

export const executeDataProcessor: Execute<typeof dataProcessorConfig> = async () => {
  throw new AppError("unavailable", "in progress");
};
