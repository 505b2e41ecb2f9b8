import type { z } from "zod";
import type { Signal } from "../engine/signal.ts";
import type { JsonObject, JsonValue } from "../json.ts";
import type { AgentCategory, PortDefinition } from "../schemas/agent.ts";
import type { Iteration, StepOutputs, Usage } from "../schemas/executionEvent.ts";
import type { StepBudget } from "../schemas/graph.ts";
import type { Answer, Interrupt } from "../schemas/interrupt.ts";
import type { ChatModels } from "./chatModels.ts";
import type { CodeAnalysis } from "./codeAnalysis.ts";
import type { WorkflowCalls } from "./workflowCalls.ts";

/**
 * How a config field is edited; put on a field with `.meta({ title, description, editor, ... })`.
 * A string field is a template (`{{ }}` is evaluated before `execute`) unless `template: false` or its editor is `jsonata` or `code`.
 */
export interface FieldMeta {
  readonly title?: string;
  readonly description?: string;
  readonly editor?:
    | "line"
    | "text"
    | "prompt"
    | "code"
    | "json"
    | "jsonata"
    | "select"
    | "number"
    | "switch"
    | "people"
    | "workflow";
  /** Monaco language of `code`. */
  readonly language?: string;
  readonly placeholder?: string;
  /** Usual values of a free text field, offered while typing. */
  readonly suggestions?: readonly string[];
  readonly template?: boolean;
  /** Show this field only while the named field has one of these values. */
  readonly showWhen?: { readonly field: string; readonly in: readonly JsonValue[] };
}

export interface Ports {
  readonly inputs: readonly PortDefinition[];
  readonly outputs: readonly PortDefinition[];
}

/** `any`: as soon as `count` edges are live, or none can become live any more. What arrives later is not looked at. */
export type Join = { readonly kind: "all" } | { readonly kind: "any"; readonly count: number };

/** What a kind of node is, without its effects: light enough for the editor's first view. */
export interface AgentDefinition<Config extends z.ZodType = z.ZodType> {
  /** Stable name of the kind, e.g. `llm`. */
  readonly kind: string;
  readonly label: string;
  readonly description: string;
  readonly category: AgentCategory;
  readonly icon: string;
  readonly inputs: readonly PortDefinition[];
  readonly outputs: readonly PortDefinition[];
  readonly config: Config;
  /** Config of a node just added. */
  readonly defaults: z.input<Config>;
  /** The ports of a node whose settings decide them (a switch); `inputs` and `outputs` are those of a node just added. Never throws. */
  readonly ports?: (config: JsonObject) => Ports;
  /** Of a container: what it gives to (`outputs`) and takes from (`inputs`) the nodes in its frame. */
  readonly body?: Ports & {
    /** Whether a failed iteration is not the container's failure. Never throws. */
    readonly takesFailures: (config: JsonObject) => boolean;
    /** The kind of the step that follows each iteration, e.g. a loop's question whether it is done. */
    readonly check?: AgentDefinition;
  };
  /** When a node with several edges may start; `all` when absent: every edge has to be settled. Never throws. */
  readonly join?: (config: JsonObject) => Join;
  /** How a step that waited goes on. Pure. Throws AppError, and the step fails. */
  readonly resume?: (interrupt: Interrupt, answer: Answer, inputs: StepOutputs) => StepOutputs;
  /**
   * Its work stays in this process and costs nothing to make again: a test does it (of every other kind it takes the answers from the
   * recording), and it may begin before the commit that tells of it.
   */
  readonly local?: true;
  /** `false`: the same attempt would fail the same way again, so there is one, whatever the node's policy says. */
  readonly retries?: false;
  /** What a budget of one step of this kind may limit; absent: nothing of it makes sense. */
  readonly budgets?: readonly (keyof StepBudget)[];
  /** Limit for one attempt where the node sets none, in milliseconds. Absent: it ends by itself and needs none. */
  readonly defaultTimeoutMs?: number;
  /** `wait`: the node's own time limit is that of what the step waits for, and an attempt has the default. */
  readonly limits?: "wait";
  /** One line for the node's card that says what these settings do. Never throws, whatever the config. */
  readonly summary: (config: JsonObject) => string;
}

/** Everything an agent may touch. No other I/O exists for it. */
export interface AgentContext {
  readonly executionId: string;
  readonly stepKey: string;
  /** From 1; grows by one with each retry. */
  readonly attempt: number;
  /** The same for every attempt of this step: `execution:node:iteration`. */
  readonly idempotencyKey: string;
  readonly executionInput: JsonValue;
  /** Aborted on cancel and on timeout. */
  readonly signal: Signal;
  /** Streams text of the step's answer to everybody who watches. */
  readonly emitText: (text: string) => void;
  /** Epoch milliseconds, on the worker's clock. */
  readonly now: () => number;
  /** The time limit that the node itself sets, in milliseconds; null when it sets none. */
  readonly timeLimitMs: number | null;
  /** A line in the step's log. */
  readonly log: (line: string) => void;
  /**
   * What this attempt has used so far; the latest report counts. It is recorded however the attempt ends: as the step's usage
   * when the result has none of its own, and with the error when there is no result.
   */
  readonly reportUsage: (usage: Usage) => void;
  /** Evaluates a JSONata expression with its limits; `scope` adds to or hides the step's own names. */
  readonly evaluate: (expression: string, scope: JsonObject) => Promise<JsonValue>;
  /** For long loops, every thousand rows or so: pauses when others should have the thread. Throws when the step is aborted. */
  readonly breathe: () => Promise<void>;
  readonly models: ChatModels;
  readonly codeAnalysis: CodeAnalysis;
  readonly workflows: WorkflowCalls;
}

/** What an attempt comes to. With `wait` or `iterate` the step goes on, and `outputs` are empty. */
export interface AgentResult {
  readonly outputs: StepOutputs;
  readonly usage?: Usage;
  readonly metadata?: JsonObject;
  /** Puts the step on hold; `resume` of the definition says how it ends. */
  readonly wait?: Interrupt;
  /** Of a container: how it goes through its body. */
  readonly iterate?: Iteration;
}

/**
 * The effect of a kind. `config` is parsed and its templates are evaluated; `inputs` has a value for every connected port.
 * Throws AppError: a retryable code is tried again by the step's retry policy.
 */
export type Execute<Config extends z.ZodType = z.ZodType> = (
  config: z.output<Config>,
  inputs: StepOutputs,
  context: AgentContext,
) => Promise<AgentResult>;

/** Keeps the config's type between a definition and its execute. */
export function defineAgent<Config extends z.ZodType>(definition: AgentDefinition<Config>): AgentDefinition<Config> {
  return definition;
}
