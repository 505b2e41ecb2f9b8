import type { z } from "zod";
import { AppError } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import type { AgentContext, Execute } from "../agent.ts";
import type { ChatChunk, ChatRequest } from "../chatModels.ts";
import { type Bill, newBill } from "./bill.ts";
import type { llmConfig } from "./definition.ts";
import { modelName } from "./names.ts";
import { type Candidate, goesOn, listed, noneAnswered, type PassedOver } from "./passedOver.ts";
import { variablesOf } from "./variables.ts";

function withContext(prompt: string, context: JsonValue | undefined): string {
  if (context === undefined || context === null || context === "") return prompt;
  const text = typeof context === "string" ? context : JSON.stringify(context, null, 2);
  return prompt.includes(text) ? prompt : `${prompt}\n\nContext:\n${text}`;
}

interface Answer {
  readonly text: string;
  readonly end: Extract<ChatChunk, { type: "end" }>;
}

interface Asking {
  readonly request: ChatRequest;
  readonly bill: Bill;
  readonly context: AgentContext;
  /** Called with the first word. */
  readonly onText: () => void;
}

/** Asks one model. A stream without its end is model_stream_cut, so half an answer never counts as one. */
async function ask({ request, bill, context, onText }: Asking): Promise<Answer> {
  let text = "";
  let end: Answer["end"] | undefined;
  for await (const chunk of context.models.stream(request, context.signal)) {
    if (chunk.type === "text") {
      if (text === "") onText();
      text += chunk.text;
      context.emitText(chunk.text);
    } else if (chunk.type === "wait") {
      context.log(`${modelName(request)} is busy and asks to wait ${Math.ceil(chunk.ms / 1_000)} s.`);
    } else {
      bill.count(request.provider, chunk);
      if (chunk.type === "end") end = chunk;
    }
  }
  if (end === undefined) throw new AppError("model_stream_cut", "The model's answer broke off before its end.");
  if (end.reason === "refusal" && text === "") throw new AppError("model_rejected", "The model refused to answer.");
  return { text, end };
}

function requestOf(
  config: z.output<typeof llmConfig>,
  candidate: Candidate,
  rest: { readonly prompt: string; readonly isLast: boolean; readonly idempotencyKey: string },
): ChatRequest {
  return {
    provider: candidate.provider,
    model: candidate.model,
    system: config.system,
    prompt: rest.prompt,
    temperature: config.temperature,
    maxTokens: config.maxTokens,
    idempotencyKey: rest.idempotencyKey,
    // After the last there is nobody else: then the step's retry policy waits, and keeps no room meanwhile.
    patienceMs: rest.isLast ? 0 : config.patienceSeconds * 1_000,
  };
}

/** Asks the models of the chain in their order. Throws the errors of ChatModels; with a chain they name every model that was asked. */
export const executeLlm: Execute<typeof llmConfig> = async (config, inputs, context) => {
  const prompt = withContext(config.prompt, inputs.context);
  const bill = newBill(context.reportUsage);
  const chain: Candidate[] = [config, ...config.fallbacks].map(({ provider, model }) => ({
    provider,
    model: model.trim(),
  }));
  const passed: PassedOver[] = [];
  for (const [at, candidate] of chain.entries()) {
    const next = chain[at + 1];
    const request = requestOf(config, candidate, {
      prompt,
      isLast: next === undefined,
      // Another model is another request: a provider that remembers keys must not answer it with the first one's answer.
      idempotencyKey: at === 0 ? context.idempotencyKey : `${context.idempotencyKey}:${at}`,
    });
    let hasSpoken = false;
    const onText = () => {
      hasSpoken = true;
    };
    try {
      const answer = await ask({ request, bill, context, onText });
      return resultOf(answer, { config, candidate, passed, bill, context });
    } catch (error) {
      if (context.signal.aborted || !goesOn(error, hasSpoken)) throw error;
      bill.close();
      passed.push({ candidate, error });
      if (next !== undefined) context.log(`${error.message} Asking ${modelName(next)} instead.`);
    }
  }
  throw noneAnswered(passed);
};

interface Asked {
  readonly config: z.output<typeof llmConfig>;
  readonly candidate: Candidate;
  readonly passed: readonly PassedOver[];
  readonly bill: Bill;
  readonly context: AgentContext;
}

function resultOf({ text, end }: Answer, { config, candidate, passed, bill, context }: Asked) {
  if (end.reason === "refusal") context.log("The model stopped because it refuses to go on.");
  if (end.reason === "length") context.log(`The answer was cut off at ${config.maxTokens} tokens.`);
  if (passed.length > 0) context.log(`${modelName({ provider: candidate.provider, model: end.model })} answered.`);
  const usage = bill.total();
  return {
    outputs: { text, variables: variablesOf(text) },
    ...(usage === undefined ? {} : { usage }),
    metadata: {
      provider: candidate.provider,
      model: end.model,
      endReason: end.reason,
      ...(passed.length === 0 ? {} : { passedOver: listed(passed) }),
    },
  };
}
