import * as Y from "yjs";
import { AppError } from "../../errors.ts";
import { isJsonObject, type JsonValue } from "../../json.ts";
import { type Editing, edit } from "../editing.ts";
import { configOf, nodeOf } from "../model.ts";
import { toPlain } from "../plain.ts";
import { newText } from "../sharedText.ts";
import { writeField, writeValue } from "../writeNode.ts";

/** Where a value lies in a config: `["model"]`, `["operations", 2, "field"]`. The first part is the field. */
export type FieldPath = readonly [field: string, ...rest: (string | number)[]];

/**
 * Sets one value of a node's config; undefined removes it. A field that is shared text is changed only where it differs.
 * A value deeper in a field replaces the field as a whole: of two people who change one field, one wins.
 * Returns false when the node is gone.
 */
export function setConfig(editing: Editing, { nodeId, path, value }: SetConfig): boolean {
  const node = nodeOf(editing.doc, nodeId);
  const config = configOf(node);
  if (!node || !config) return false;
  const [field, ...rest] = path;
  if (path.includes("__proto__")) throw new AppError("bad_request", "This name cannot be used.");
  edit(editing, { label: "change settings", group: `config:${nodeId}:${path.join(".")}` }, () => {
    const whole =
      rest.length === 0
        ? value
        : withValue(
            toPlain(config.get(field), () => {}),
            rest,
            value,
          );
    if (whole === undefined) writeValue(config, field, undefined);
    else {
      const agent = node.get("agent");
      const definition = typeof agent === "string" ? editing.catalogue.get(agent) : undefined;
      writeField(config, { field, value: whole, definition });
    }
  });
  return true;
}

export interface SetConfig {
  readonly nodeId: string;
  readonly path: FieldPath;
  readonly value: JsonValue | undefined;
}

function withValue(
  base: JsonValue | undefined,
  [part, ...rest]: readonly (string | number)[],
  value: JsonValue | undefined,
): JsonValue | undefined {
  if (part === undefined) return value;
  if (typeof part === "number") {
    const list = Array.isArray(base) ? [...(base as readonly JsonValue[])] : [];
    const item = withValue(list[part], rest, value);
    if (item === undefined) list.splice(part, 1);
    else list[Math.min(part, list.length)] = item;
    return list;
  }
  const { [part]: old, ...others } = isJsonObject(base) ? base : {};
  const next = withValue(old, rest, value);
  return next === undefined ? others : isJsonObject(base) ? { ...base, [part]: next } : { [part]: next };
}

/**
 * The shared text of a config field, for binding an editor to it. A field that is not shared text yet becomes one
 * (its present text is kept), outside of undo. Undefined when the node is gone.
 */
export function configText({ doc }: Pick<Editing, "doc">, nodeId: string, field: string): Y.Text | undefined {
  const config = configOf(nodeOf(doc, nodeId));
  if (!config) return undefined;
  const now = config.get(field);
  if (now instanceof Y.Text) return now;
  const plain = toPlain(now, () => {});
  const content =
    plain === undefined || plain === null ? "" : typeof plain === "string" ? plain : JSON.stringify(plain, null, 2);
  const text = newText(content);
  doc.transact(() => config.set(field, text));
  return text;
}
