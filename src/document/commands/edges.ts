import type { GraphEdge } from "../../schemas/graph.ts";
import type { Editing } from "../editing.ts";
import { documentMaps } from "../model.ts";
import { readEdge } from "../readEdge.ts";

/** Every readable edge of the document, those without both ends too. */
export function edgesOf({ doc }: Pick<Editing, "doc">): GraphEdge[] {
  const readable: GraphEdge[] = [];
  for (const [id, stored] of documentMaps(doc).edges.entries()) {
    const { value } = readEdge(id, stored);
    if (value) readable.push(value);
  }
  return readable;
}
