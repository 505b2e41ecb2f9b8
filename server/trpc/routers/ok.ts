import { z } from "zod";

/** The answer of a mutation that has nothing to say. */
export const ok = z.strictObject({ ok: z.literal(true) });
