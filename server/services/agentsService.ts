import type { ChatProvider } from "#src/agents/chatModels.ts";
import { AppError } from "#src/errors.ts";
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

/** The catalogue never changes while the process runs: it is described once. */
export function createAgentsService(
  descriptions: readonly AgentDescription[],
  models: readonly ModelDescription[],
): AgentsService {
  const byKind = new Map(descriptions.map((description) => [description.kind, description]));
  return {
    list: () => [...descriptions],
    get(kind) {
      const found = byKind.get(kind);
      if (found === undefined) throw new AppError("not_found", "There is no such agent.");
      return found;
    },
    models: () => [...models],
  };
}
