import { approvalDocs } from "./approval/docs.ts";
import { codeAnalyzerDocs } from "./codeAnalyzer/docs.ts";
import { conditionDocs } from "./condition/docs.ts";
import { dataProcessorDocs } from "./dataProcessor/docs.ts";
import { forEachDocs } from "./forEach/docs.ts";
import { inputDocs } from "./input/docs.ts";
import { llmDocs } from "./llm/docs.ts";
import { loopDocs } from "./loop/docs.ts";
import { mergeDocs } from "./merge/docs.ts";
import { outputDocs } from "./output/docs.ts";
import type { AgentKind } from "./registry.ts";
import { signalDocs } from "./signal/docs.ts";
import { stopDocs } from "./stop/docs.ts";
import { switchDocs } from "./switch/docs.ts";
import { waitDocs } from "./wait/docs.ts";
import { workflowDocs } from "./workflow/docs.ts";

/** Markdown by kind: what the agent does, its ports, an example, when it fails. Apart from the definitions, which every canvas needs. */
export const agentDocs: Readonly<Record<AgentKind, string>> = {
  input: inputDocs,
  output: outputDocs,
  condition: conditionDocs,
  switch: switchDocs,
  merge: mergeDocs,
  forEach: forEachDocs,
  loop: loopDocs,
  workflow: workflowDocs,
  wait: waitDocs,
  approval: approvalDocs,
  signal: signalDocs,
  stop: stopDocs,
  llm: llmDocs,
  codeAnalyzer: codeAnalyzerDocs,
  dataProcessor: dataProcessorDocs,
};

export const docsOf = (kind: string): string => Object.entries(agentDocs).find(([each]) => each === kind)?.[1] ?? "";
