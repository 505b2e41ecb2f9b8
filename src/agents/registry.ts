import type { AgentDefinition } from "./agent.ts";
import { approvalDefinition } from "./approval/definition.ts";
import { type Catalogue, catalogueOf } from "./catalogue.ts";
import { codeAnalyzerDefinition } from "./codeAnalyzer/definition.ts";
import { conditionDefinition } from "./condition/definition.ts";
import { dataProcessorDefinition } from "./dataProcessor/definition.ts";
import { forEachDefinition } from "./forEach/definition.ts";
import { inputDefinition } from "./input/definition.ts";
import { llmDefinition } from "./llm/definition.ts";
import { loopDefinition } from "./loop/definition.ts";
import { mergeDefinition } from "./merge/definition.ts";
import { outputDefinition } from "./output/definition.ts";
import { signalDefinition } from "./signal/definition.ts";
import { stopDefinition } from "./stop/definition.ts";
import { switchDefinition } from "./switch/definition.ts";
import { waitDefinition } from "./wait/definition.ts";
import { workflowDefinition } from "./workflow/definition.ts";

export const agentKinds = [
  "input",
  "output",
  "condition",
  "switch",
  "merge",
  "forEach",
  "loop",
  "workflow",
  "wait",
  "approval",
  "signal",
  "stop",
  "llm",
  "codeAnalyzer",
  "dataProcessor",
] as const;
export type AgentKind = (typeof agentKinds)[number];

/** Every kind of agent that this build has, in the palette's order. A kind without its definition does not compile. */
export const registry = {
  input: inputDefinition,
  llm: llmDefinition,
  condition: conditionDefinition,
  switch: switchDefinition,
  merge: mergeDefinition,
  forEach: forEachDefinition,
  loop: loopDefinition,
  workflow: workflowDefinition,
  wait: waitDefinition,
  approval: approvalDefinition,
  signal: signalDefinition,
  stop: stopDefinition,
  dataProcessor: dataProcessorDefinition,
  codeAnalyzer: codeAnalyzerDefinition,
  output: outputDefinition,
} satisfies Record<AgentKind, AgentDefinition>;

export const catalogue: Catalogue = catalogueOf(Object.values(registry));
