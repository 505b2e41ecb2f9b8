import { AppError } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import type { Execute } from "../agent.ts";
import { typeName } from "../portTypes.ts";
import { type forEachConfig, maxItems } from "./definition.ts";

/** Throws input_invalid for what is not a list or has too many items, expression_failed, expression_limit. */
export const executeForEach: Execute<typeof forEachConfig> = async (config, inputs, context) => {
  const { items: arrived = null } = inputs;
  const items: JsonValue =
    config.items.trim() === "" ? arrived : await context.evaluate(config.items, { items: arrived });
  if (!Array.isArray(items)) {
    throw new AppError("input_invalid", `For each takes a list; what it got is ${typeName(items)}.`);
  }
  if (items.length > maxItems) {
    const message = `For each takes up to ${maxItems.toLocaleString("en")} items; the list has ${items.length.toLocaleString("en")}.`;
    throw new AppError("input_invalid", message);
  }
  const { parallel, onItemError } = config;
  context.log(`${items.length} ${items.length === 1 ? "item" : "items"}.`);
  return {
    outputs: {},
    iterate: { mode: "each", items, parallel, limit: items.length, onItemError, atLimit: "fail" },
  };
};
