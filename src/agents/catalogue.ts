import type { AgentDefinition } from "./agent.ts";

/** The kinds of node that exist here. Pure lookup: compile, the editor and the loop share it. */
export interface Catalogue {
  get(kind: string): AgentDefinition | undefined;
}

/** A catalogue of the given definitions, by their kind. */
export function catalogueOf(definitions: Iterable<AgentDefinition>): Catalogue {
  const byKind = new Map<string, AgentDefinition>();
  for (const definition of definitions) byKind.set(definition.kind, definition);
  return { get: (kind) => byKind.get(kind) };
}
