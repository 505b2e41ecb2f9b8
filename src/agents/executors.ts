import type { Execute } from "./agent.ts";
import { executeApproval } from "./approval/execute.ts";
import { executeCodeAnalyzer } from "./codeAnalyzer/execute.ts";
import { executeCondition } from "./condition/execute.ts";
import { executeDataProcessor } from "./dataProcessor/execute.ts";
import { executeForEach } from "./forEach/execute.ts";
import { executeInput } from "./input/execute.ts";
import { executeLlm } from "./llm/execute.ts";
import { loopCheckDefinition } from "./loop/definition.ts";
import { executeLoop, executeLoopCheck } from "./loop/execute.ts";
import { executeMerge } from "./merge/execute.ts";
import { executeOutput } from "./output/execute.ts";
import type { AgentKind, registry } from "./registry.ts";
import { executeSignal } from "./signal/execute.ts";
import { executeStop } from "./stop/execute.ts";
import { executeSwitch } from "./switch/execute.ts";
import { executeWait } from "./wait/execute.ts";
import { executeWorkflow } from "./workflow/execute.ts";

/** Each kind beside the config that its own schema gives. */
const byKind: { readonly [Kind in AgentKind]: Execute<(typeof registry)[Kind]["config"]> } = {
  input: executeInput,
  output: executeOutput,
  condition: executeCondition,
  switch: executeSwitch,
  merge: executeMerge,
  forEach: executeForEach,
  loop: executeLoop,
  workflow: executeWorkflow,
  wait: executeWait,
  approval: executeApproval,
  signal: executeSignal,
  stop: executeStop,
  llm: executeLlm,
  codeAnalyzer: executeCodeAnalyzer,
  dataProcessor: executeDataProcessor,
};

/** The effects, by kind. Widened: the loop parses a config with the schema of the same kind just before it calls. */
export const executors = {
  ...byKind,
  [loopCheckDefinition.kind]: executeLoopCheck,
} as unknown as Readonly<Record<AgentKind, Execute>>;
