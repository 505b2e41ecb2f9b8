import type { ChatProvider } from "#src/agents/chatModels.ts";
import type { AgentDescription } from "#src/schemas/agent.ts";

export interface ModelDescription {
  readonly provider: ChatProvider;
  readonly configured: boolean;
  readonly defaultModel: string;
  readonly note: string;
}

export interface AgentsService {
  list(): AgentDescription[];
  /** Errors: not_found. */
  get(kind: string): AgentDescription;
  models(): ModelDescription[];
}
