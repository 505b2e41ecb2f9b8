import { z } from "zod";
import { chatProviders } from "#src/agents/chatModels.ts";
import { agentDescription } from "#src/schemas/agent.ts";
import { router, viewerProcedure } from "../procedures.ts";

const model = z.strictObject({
  provider: z.enum(chatProviders),
  configured: z.boolean(),
  defaultModel: z.string(),
  note: z.string(),
});
const tags = ["agents"];

export const agentsRouter = router({
  list: viewerProcedure
    .meta({ openapi: { method: "GET", path: "/agents", tags, summary: "The catalogue of agents", protect: true } })
    .input(z.void())
    .output(z.strictObject({ items: z.array(agentDescription) }))
    .query(({ ctx }) => ({ items: ctx.services.agents.list() })),

  get: viewerProcedure
    .meta({ openapi: { method: "GET", path: "/agents/{id}", tags, summary: "One agent", protect: true } })
    .input(z.strictObject({ id: z.string().min(1).max(80) }))
    .output(agentDescription)
    .query(({ ctx, input }) => ctx.services.agents.get(input.id)),

  models: viewerProcedure
    .meta({ openapi: { method: "GET", path: "/models", tags, summary: "Which models can be used", protect: true } })
    .input(z.void())
    .output(z.strictObject({ items: z.array(model) }))
    .query(({ ctx }) => ({ items: ctx.services.agents.models() })),
});
