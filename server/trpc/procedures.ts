import { AppError } from "#src/errors.ts";
import { hasRole, type Role } from "#src/schemas/workspace.ts";
import { t } from "./trpc.ts";

export const router = t.router;

/** Anybody. Rare: `tests/security/accessTable.ts` lists every use. */
export const publicProcedure = t.procedure.meta({ access: "public" });

function procedureFor(need: Role) {
  return t.procedure.meta({ access: need }).use(async ({ ctx, next, path, type }) => {
    const { actor } = ctx;
    if (actor === null) throw new AppError("unauthenticated", "Sign in first.");
    if (!hasRole(actor.session.role, need)) {
      if (type === "mutation") {
        const denial = { procedure: path, needs: need };
        // The refusal stands, whether or not it can be recorded.
        await ctx.services.workspaces
          .recordDenial(actor, denial)
          .catch((err: unknown) => ctx.log.warn({ err, denial }, "A refused change is not in the audit log"));
      }
      throw new AppError("forbidden", `This needs the role ${need}; yours is ${actor.session.role}.`);
    }
    // tRPC lays it over the rest of the context.
    return next({ ctx: { actor } });
  });
}

export const viewerProcedure = procedureFor("viewer");
export const operatorProcedure = procedureFor("operator");
export const editorProcedure = procedureFor("editor");
export const ownerProcedure = procedureFor("owner");
