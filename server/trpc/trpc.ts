import { initTRPC } from "@trpc/server";
import type { OpenApiMeta } from "trpc-to-openapi";
import type { Context } from "./context.ts";
import { answerOf, edgeError, httpStatusOf } from "./errors.ts";

export const t = initTRPC
  .context<Context>()
  .meta<OpenApiMeta>()
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
