import { generateOpenApiDocument, type OpenAPIObject } from "trpc-to-openapi";
import { z } from "zod";
import { appRouter } from "#server/trpc/router.ts";
import { errorTable } from "#src/errors.ts";
import { restPrefix } from "./restRoute.ts";

const errorAnswer = z.strictObject({
  error: z.strictObject({
    code: z
      .enum(Object.keys(errorTable) as [string, ...string[]])
      .meta({ description: "What went wrong, for programs." }),
    message: z.string().meta({ description: "What went wrong, for people." }),
    retryable: z.boolean().meta({ description: "The same request may succeed later." }),
    detail: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: "Where it is wrong and what was expected." }),
    requestId: z.string(),
  }),
});

const description = `REST of AgentFlow: the same procedures as the product's own client uses.

Sign in with \`POST ${restPrefix}/auth/sign-in\` and keep the cookie; send it with every request. Lists are \`{ items, nextCursor }\`, newest first:
hand \`nextCursor\` back as \`cursor\` for the next page. Times are ISO 8601 in UTC. Unknown keys are refused.`;

/** trpc-to-openapi's document, with our error shape in place of tRPC's and a name for the schema of any JSON. */
export function createOpenApiDocument(): OpenAPIObject {
  const made = generateOpenApiDocument(appRouter, {
    title: "AgentFlow",
    version: "0.1.0",
    description,
    baseUrl: restPrefix,
    openApiVersion: "3.1.0",
    securitySchemes: { session: { type: "apiKey", in: "cookie", name: "agentflow" } },
  });
  const schemas: Record<string, unknown> = { ...made.components?.schemas };
  for (const name of Object.keys(schemas)) if (name.startsWith("error.")) delete schemas[name];
  schemas.Error = z.toJSONSchema(errorAnswer);
  const text = JSON.stringify({ ...made, components: { ...made.components, schemas } });
  return JSON.parse(
    text.replaceAll(/"#\/components\/schemas\/error\.[A-Z_]+"/g, '"#/components/schemas/Error"'),
  ) as OpenAPIObject;
}
