import { AppError } from "#src/errors.ts";
import { hasRole, type Role } from "#src/schemas/workspace.ts";
import { t } from "./trpc.ts";

export const router = t.router;

/** Anybody. Rare: `tests/security/publicProcedures.ts` lists every use. */
export const publicProcedure = t.procedure.meta({ access: "public" });

function procedureFor(need: Role) {
  return t.procedure.meta({ access: need }).use(({ ctx, next }) => {
    const { actor } = ctx;
    if (actor === null) throw new AppError("unauthenticated", "Sign in first.");
    if (!hasRole(actor.session.role, need)) {
      throw new AppError("forbidden", `This needs the role ${need}; yours is ${actor.session.role}.`);
    }
    return next({ ctx: { ...ctx, actor } });
  });
}

export const viewerProcedure = procedureFor("viewer");
export const operatorProcedure = procedureFor("operator");
export const editorProcedure = procedureFor("editor");
export const ownerProcedure = procedureFor("owner");
