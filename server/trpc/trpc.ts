import { initTRPC } from "@trpc/server";
import type { OpenApiMeta } from "trpc-to-openapi";
import type { Role } from "#src/schemas/workspace.ts";
import type { Context } from "./context.ts";
import { answerOf, edgeError, httpStatusOf } from "./errors.ts";

/** `access` is set by the builders in procedures.ts, never by a procedure itself. */
export type Meta = OpenApiMeta & { access?: Role | "public" };

export const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    // Stacks and unmapped messages never leave, whatever NODE_ENV says.
    isDev: false,
    errorFormatter({ error, ctx, shape }) {
      const mapped = edgeError(error);
      const answer = answerOf(mapped, ctx?.requestId ?? "");
      return {
        message: answer.message,
        code: shape.code,
        data: { ...answer, httpStatus: httpStatusOf(mapped) },
      };
    },
    sse: { enabled: false },
  });
