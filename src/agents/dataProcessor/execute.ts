import { AppError } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import type { StepOutputs } from "../../schemas/executionEvent.ts";
import type { AgentContext, Execute } from "../agent.ts";
import { parseCalculations } from "./calculations.ts";
import type { DataProcessorConfig, dataProcessorConfig } from "./definition.ts";
import { parseFieldList, parseKeyPairs } from "./fieldPath.ts";
import { aggregateRows, dedupeRows, groupRows } from "./grouping.ts";
import { joinRows } from "./join.ts";
import { sortRows } from "./order.ts";
import { mapItems, testItems } from "./perItem.ts";
import { checkRowCount, columnsOf, isList, listIn, readArrived, rowLimits } from "./rows.ts";

export const executeDataProcessor: Execute<typeof dataProcessorConfig> = async (config, inputs, context) => {
  const { data } = inputs;
  if (data === undefined) throw new AppError("input_invalid", "Nothing arrived at port data.");
  const arrived = readArrived(data, { format: config.format, readNumbers: config.readNumbers, port: "data" });
  await context.breathe();
  const rows = config.operation === "transform" ? undefined : listIn(arrived.value, config.list, "data");
  const result = rows
    ? checkRowCount(await process(config, rows, { inputs, context }), "The result has")
    : await transform(config, arrived.value, { inputs, context });
  const rowsIn = countRows(rows ?? arrived.value);
  const rowsOut = countRows(result);
  context.log(`${config.operation}: ${rowsIn} in, ${rowsOut} out`);
  return {
    outputs: {
      data: result,
      metadata: {
        operation: config.operation,
        format: arrived.format,
        rowsIn,
        rowsOut,
        columns: columnsOf(isList(result) ? result : [result], rowLimits.columns),
      },
    },
  };
};

interface Surroundings {
  readonly inputs: StepOutputs;
  readonly context: AgentContext;
}

async function process(
  config: DataProcessorConfig,
  rows: readonly JsonValue[],
  { inputs, context }: Surroundings,
): Promise<readonly JsonValue[]> {
  switch (config.operation) {
    case "filter": {
      const keep = await testItems(config.condition ?? "true", rows, context);
      return rows.filter((_, index) => keep[index]);
    }
    case "map":
      return mapItems(config.mapping ?? "$", rows, context);
    case "sort":
      return sortRows(rows, parseFieldList(config.sortBy), config.direction);
    case "group":
      return groupRows(rows, parseFieldList(config.groupBy), context.breathe);
    case "aggregate": {
      const { calculations, problem } = parseCalculations(config.calculate);
      if (problem) throw new AppError("config_invalid", problem, { detail: { field: "calculate" } });
      return aggregateRows(rows, { fields: parseFieldList(config.groupBy), calculations }, context.breathe);
    }
    case "join":
      return joinRows(rows, otherRows(config, inputs), {
        pairs: parseKeyPairs(config.joinOn),
        kind: config.joinKind,
        breathe: context.breathe,
      });
    default:
      return dedupeRows(rows, parseFieldList(config.dedupeBy), context.breathe);
  }
}

function otherRows(config: DataProcessorConfig, inputs: StepOutputs): readonly JsonValue[] {
  if (inputs.other === undefined)
    throw new AppError("input_invalid", "A join needs a second list: connect port other.");
  const { value } = readArrived(inputs.other, {
    format: config.format,
    readNumbers: config.readNumbers,
    port: "other",
  });
  return listIn(value, undefined, "other");
}

async function transform(
  config: DataProcessorConfig,
  data: JsonValue,
  { inputs, context }: Surroundings,
): Promise<JsonValue> {
  if (isList(data)) checkRowCount(data, "Port data has");
  const reading = { format: config.format, readNumbers: config.readNumbers, port: "other" };
  const other = inputs.other === undefined ? {} : { other: readArrived(inputs.other, reading).value };
  return context.evaluate(config.transformation ?? "data", { data, ...other });
}

const countRows = (value: JsonValue): number => (isList(value) ? value.length : 1);
