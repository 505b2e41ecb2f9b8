import { pricesOf } from "./prices.ts";

export const llmDocs = `
Sends a prompt to a language model and streams the answer into the run.

**Input** \`context\` (optional): anything; text as it is, the rest as JSON, put after the prompt unless the prompt already has it.

**Outputs** \`text\`: the answer. \`variables\`: the answer's JSON when the answer is JSON or holds one \`\`\`json block (a list is
under \`items\`), otherwise \`{}\`; so a prompt that asks for \`{"score": …}\` gives later steps \`{{ steps.llm.variables.score }}\`.

**Providers**
- **offline** is built in and works without a key. It is no language model: it picks and quotes sentences or lines of the text
  it is given, always the same for the same text. Good for trying a workflow out and for extracts, not for anything new.
- **openai** and **anthropic** use the key that the operator has set.
- **compatible** is any server that speaks OpenAI's format (Ollama, vLLM, LM Studio, OpenRouter) at the address the operator has set.

**Example.** Prompt: \`Summarise for a manager: {{ steps.input.value.text }}\`.

**Fallbacks.** Up to five more models, asked in their order when the one before cannot be reached, is busy, has no valid key or
is not set up, and has not said a word yet. A busy model that says when it is free again is waited for first, as long as you
allow. Which model answered stands in the step's log and beside its tokens. What a model *rejects* (a prompt that is too long,
content it refuses) goes to no other.

**Cost.** Tokens are the provider's own count, over all models that were asked, once for each call. Dollars follow the providers'
list prices of ${pricesOf}, without discounts for cached input; a model that is not in that table, and any model of a
compatible server, has tokens but no dollars: then a limit in dollars does not hold it, so set one in tokens too.

**When it fails.** Busy or unreachable providers and cut streams are tried again by the step's retry policy, not before the
provider's Retry-After; a refused key or a rejected request is not. With fallbacks the step fails only when none has answered. An
answer that ends at *Tokens at most* is kept and noted in the log. An attempt may take 10 minutes unless the step sets a limit.

**A budget of its attempts** (in the tab *Run*) limits what retries may cost: when the attempts that failed have used it, the step is not
tried again and the run pauses until somebody raises it. A call that runs is never cut off by it, for what it used is known only when it
ends: *Tokens at most* bounds one answer.
`.trim();
