import { AppError } from "../../errors.ts";
import type { JsonValue } from "../../json.ts";
import type { Usage } from "../../schemas/executionEvent.ts";
import type { Execute } from "../agent.ts";
import type { ChatChunk } from "../chatModels.ts";
import type { llmConfig } from "./definition.ts";
import { variablesOf } from "./variables.ts";

function withContext(prompt: string, context: JsonValue | undefined): string {
  if (context === undefined || context === null || context === "") return prompt;
  const text = typeof context === "string" ? context : JSON.stringify(context, null, 2);
  return prompt.includes(text) ? prompt : `${prompt}\n\nContext:\n${text}`;
}

const usageOf = ({ model, inputTokens, outputTokens }: Usage): Usage => ({ model, inputTokens, outputTokens });

/** Throws the errors of ChatModels; a stream without its end is model_stream_cut, so half an answer never counts as one. */
export const executeLlm: Execute<typeof llmConfig> = async (config, inputs, context) => {
  const request = {
    provider: config.provider,
    model: config.model.trim(),
    system: config.system,
    prompt: withContext(config.prompt, inputs.context),
    temperature: config.temperature,
    maxTokens: config.maxTokens,
    idempotencyKey: context.idempotencyKey,
  };
  let text = "";
  let end: Extract<ChatChunk, { type: "end" }> | undefined;
  for await (const chunk of context.models.stream(request, context.signal)) {
    if (chunk.type === "text") {
      text += chunk.text;
      context.emitText(chunk.text);
    } else {
      context.reportUsage(usageOf(chunk));
      if (chunk.type === "end") end = chunk;
    }
  }
  if (end === undefined) throw new AppError("model_stream_cut", "The model's answer broke off before its end.");
  if (end.reason === "refusal" && text === "") throw new AppError("model_rejected", "The model refused to answer.");
  if (end.reason === "refusal") context.log("The model stopped because it refuses to go on.");
  if (end.reason === "length") context.log(`The answer was cut off at ${config.maxTokens} tokens.`);
  return {
    outputs: { text, variables: variablesOf(text) },
    usage: usageOf(end),
    metadata: { provider: config.provider, model: end.model, endReason: end.reason },
  };
};
