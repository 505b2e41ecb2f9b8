import type { PaletteRequest } from "#client/canvas/canvasContext.ts";
import { matchingPort, nodePort } from "#client/canvas/connections.ts";
import type { AgentDefinition } from "#src/agents/agent.ts";
import { registry } from "#src/agents/registry.ts";
import { type AgentCategory, agentCategories } from "#src/schemas/agent.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Definitions } from "./placement.ts";

export interface PaletteGroup {
  readonly category: AgentCategory;
  readonly entries: readonly AgentDefinition[];
}

/** What can stand where the palette was asked for and is called like the search, best first, by category. */
export function paletteGroups(search: string, fits: (definition: AgentDefinition) => boolean): PaletteGroup[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const possible = Object.values<AgentDefinition>(registry).filter(fits);
  const scored = (score: typeof scoreOf) =>
    possible
      .map((definition) => ({ definition, score: score(definition, words) }))
      .filter((each) => each.score > 0)
      .sort((a, b) => b.score - a.score);
  const exact = scored(scoreOf);
  const found = exact.length > 0 ? exact : scored(resemblance);
  const order = words.length === 0 ? agentCategories : [...new Set(found.map(({ definition }) => definition.category))];
  return order
    .map((category) => ({
      category,
      entries: found.filter((each) => each.definition.category === category).map(({ definition }) => definition),
    }))
    .filter(({ entries }) => entries.length > 0);
}

/** 0 when a word is nowhere; a word that begins the name counts most. */
function scoreOf({ label, description, kind, category }: AgentDefinition, words: readonly string[]): number {
  const name = label.toLowerCase();
  let score = 1;
  for (const word of words) {
    if (name.startsWith(word)) score += 8;
    else if (name.split(/\s/).some((part) => part.startsWith(word))) score += 5;
    else if (name.includes(word) || kind.toLowerCase().includes(word)) score += 3;
    else if (`${description} ${category}`.toLowerCase().includes(word)) score += 1;
    else return 0;
  }
  return score;
}

/** For words that are misspelt: every one must be close to the beginning of a word of the name. */
function resemblance({ label }: AgentDefinition, words: readonly string[]): number {
  const parts = label.toLowerCase().split(/\s/);
  const isClose = (word: string) => parts.some((part) => slips(word, part) <= (word.length > 5 ? 2 : 1));
  return words.every((word) => word.length > 2 && isClose(word)) ? 1 : 0;
}

/** How many letters are wrong, missing, too many or the wrong way round, against the beginning of what was meant. */
function slips(typed: string, meant: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: meant.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= typed.length; i++) {
    const row = [i];
    for (let j = 1; j <= meant.length; j++) {
      const same = typed[i - 1] === meant[j - 1] ? 0 : 1;
      const edits = [(last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same];
      if (i > 1 && j > 1 && typed[i - 1] === meant[j - 2] && typed[i - 2] === meant[j - 1])
        edits.push((before[j - 2] ?? 0) + 1);
      row.push(Math.min(...edits));
    }
    [before, last] = [last, row];
  }
  return Math.min(...last);
}

/** Whether an agent can be joined to where the palette was asked from. */
export function fitter(graph: Graph, definitions: Definitions, request: PaletteRequest) {
  const { from, edgeId } = request;
  if (edgeId !== null)
    return (definition: AgentDefinition) => definition.inputs.length > 0 && definition.outputs.length > 0;
  const node = from === null ? undefined : graph.nodes.find((each) => each.id === from.nodeId);
  const port = from === null || node === undefined ? undefined : nodePort(node, definitions, from);
  if (from === null || port === undefined) return () => true;
  return (definition: AgentDefinition) => matchingPort(definition, { type: port.type, side: from.side }) !== undefined;
}
