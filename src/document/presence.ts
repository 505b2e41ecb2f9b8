import { z } from "zod";
import { jsonValue } from "../json.ts";
import { edgeId, nodeId, position } from "../schemas/graph.ts";

/**
 * One person's awareness state: where they point and what they hold. Never stored. The server puts `person` in by itself
 * and drops what does not fit, so a name or an id cannot be forged.
 */
export const presence = z.object({
  person: z.object({ id: z.string().max(60), name: z.string().max(80) }).optional(),
  /** In canvas coordinates; null while the pointer is elsewhere. */
  cursor: position.nullable().optional(),
  selection: z
    .array(z.union([nodeId, edgeId]))
    .max(500)
    .optional(),
  /** Nodes and notes on their way, before the drop: the others see them move. */
  drag: z
    .array(z.object({ id: nodeId, position }))
    .max(500)
    .nullable()
    .optional(),
  /** The field whose text they edit, and the caret in it as Yjs relative positions in JSON. */
  editing: z
    .object({
      nodeId,
      field: z.string().max(80),
      anchor: jsonValue.optional(),
      head: jsonValue.optional(),
    })
    .nullable()
    .optional(),
  /** What they see of the canvas, for following them. */
  viewport: z.object({ x: z.number(), y: z.number(), zoom: z.number() }).optional(),
});
export type Presence = z.infer<typeof presence>;
