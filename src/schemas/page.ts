import { z } from "zod";

/** Every list: newest first, `cursor` is opaque and comes from the page before. */
export const pageRequest = z.strictObject({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
}
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}
