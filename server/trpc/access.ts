import type { Role } from "#src/schemas/workspace.ts";
import { appRouter } from "./router.ts";
import type { Meta } from "./trpc.ts";

export interface KnownProcedure {
  readonly type: "query" | "mutation" | "subscription";
  readonly meta: Meta;
  /** Its zod schema. */
  readonly input: unknown;
}

type Built = { readonly _def: { type: KnownProcedure["type"]; meta?: Meta; inputs: readonly unknown[] } };

/** Every procedure by its path, as tRPC keeps them: flat, whatever the routers' nesting (their types say otherwise). */
export const procedures: ReadonlyMap<string, KnownProcedure> = new Map(
  Object.entries(appRouter._def.procedures as unknown as Record<string, Built>).map(([path, { _def }]) => [
    path,
    { type: _def.type, meta: _def.meta ?? {}, input: _def.inputs[0] },
  ]),
);

/** Who may call a procedure: a property of the procedure, read back from it. Null for one that does not exist. */
export const accessOf = (path: string): Role | "public" | null => procedures.get(path)?.meta.access ?? null;

/** Paths that take a whole graph, and so a larger body. */
const graphPaths: ReadonlySet<string> = new Set(["workflows.create", "workflows.update"]);
const plainLimit = 1_000_000;
const graphLimit = 5_000_000;

/** Largest body, in bytes, of a call of these procedures. */
export const bodyLimitOf = (paths: readonly string[]): number =>
  paths.some((path) => graphPaths.has(path)) ? graphLimit : plainLimit;
