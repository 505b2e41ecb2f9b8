import * as Y from "yjs";
import { AppError } from "../../errors.ts";
import { nodeKey } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { configOf, documentMaps, nodeOf } from "../model.ts";
import { toPlain } from "../plain.ts";
import { modesOf, type Rename, renameIn, renameInText } from "../rename.ts";
import { writeText } from "../sharedText.ts";
import { writeValue } from "../writeNode.ts";
import { keysOf } from "./nodes.ts";

/**
 * Changes a node's key and every reference to it in the whole workflow, as one step.
 * Throws `bad_request` for a key that is malformed or taken. References that somebody else writes at the same moment
 * keep the old key and show as unknown.
 */
export function setKey(editing: Editing, id: string, key: string): void {
  if (!nodeKey.safeParse(key).success)
    throw new AppError(
      "bad_request",
      "A key has letters, digits and _ and begins with a letter, at most 60 characters.",
    );
  const node = nodeOf(editing.doc, id);
  const old = node?.get("key");
  if (!node || old === key) return;
  if (keysOf(editing).has(key)) throw new AppError("bad_request", `Another node has the key "${key}".`);
  edit(editing, { label: "change key" }, () => {
    node.set("key", key);
    if (typeof old === "string") renameReferences(editing, { from: old, to: key });
  });
}

function renameReferences({ doc, catalogue }: Editing, rename: Rename): void {
  for (const id of documentMaps(doc).nodes.keys()) {
    const node = nodeOf(doc, id);
    const config = configOf(node);
    const agent = node?.get("agent");
    const definition = typeof agent === "string" ? catalogue.get(agent) : undefined;
    for (const [field, value] of config?.entries() ?? []) {
      const modes = modesOf(definition, field);
      if (value instanceof Y.Text) writeText(value, renameInText(value.toString(), modes, [rename]));
      else {
        const plain = toPlain(value, () => {});
        if (config && plain !== undefined) writeValue(config, field, renameIn(plain, modes, [rename]));
      }
    }
  }
}
