import { z } from "zod";
import { AppError } from "#src/errors.ts";

const flag = z.enum(["true", "false", "1", "0"]).transform((value) => value === "true" || value === "1");
const httpUrl = z.url({ protocol: /^https?$/, error: "a http:// or https:// address" });
const secret = z.string().trim().min(8, "at least 8 characters; is the value complete?");
/** Values of examples and documents; whoever kept one has not chosen a key. */
const knownExamples = /^(change[-_ ]?me|secret|password|example|your[-_].*|sk-\.{3}|sk-your.*|xxx+)/i;
const key = secret.refine((value) => !knownExamples.test(value), "a key of your own, not the example's");

const variables = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default("localhost"),
  /** postgres://...; without it the embedded database in the data folder is used. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "a postgres:// address" }).optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: "a redis:// address" }).optional(),
  AGENTFLOW_FOLDER: z.string().min(1).default(".agentflow"),
  /** The address people type, when a proxy stands before us: decides the cookie's Secure and the accepted Origin. */
  AGENTFLOW_PUBLIC_URL: httpUrl.optional(),
  /** Believe X-Forwarded-For and X-Forwarded-Host. Only behind a proxy that overwrites them. */
  AGENTFLOW_TRUST_PROXY: flag.default(false),
  /** `api` serves people and starts executions, `worker` runs them, `all` does both. */
  AGENTFLOW_ROLE: z.enum(["all", "api", "worker"]).default("all"),
  /** How many executions this process runs at once. */
  AGENTFLOW_CAPACITY: z.coerce.number().int().min(1).max(100_000).default(256),
  /** How many executions of one workspace may wait; beyond it a start is answered 429. */
  AGENTFLOW_QUEUE_LIMIT: z.coerce.number().int().min(1).max(10_000_000).default(100_000),
  /** How long running executions may go on after a SIGTERM before another process goes on with them. */
  AGENTFLOW_GRACE_SECONDS: z.coerce.number().min(0).max(3_600).default(5),
  OPENAI_API_KEY: key.optional(),
  OPENAI_BASE_URL: httpUrl.optional(),
  ANTHROPIC_API_KEY: key.optional(),
  ANTHROPIC_BASE_URL: httpUrl.optional(),
  /** Any server that speaks OpenAI's format: Ollama, vLLM, LM Studio, OpenRouter. */
  AGENTFLOW_MODEL_URL: httpUrl.optional(),
  AGENTFLOW_MODEL_KEY: secret.optional(),
  AGENTFLOW_MODEL_NAME: z.string().min(1).optional(),
  /** `test` in the builds that tests start. */
  NODE_ENV: z.string().optional(),
  /** Where a test makes this process fail (server/execution/failpoints.ts). Ignored unless NODE_ENV is `test`. */
  AGENTFLOW_FAILPOINTS: z.string().optional(),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
});

export type Role = z.output<typeof variables>["AGENTFLOW_ROLE"];

export interface Env {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  /** Data folder of the embedded database; null keeps everything in memory (tests). */
  readonly folder: string | null;
  readonly publicUrl: string | null;
  readonly trustProxy: boolean;
  readonly role: Role;
  readonly capacity: number;
  readonly queueLimit: number;
  readonly graceMs: number;
  readonly openai: { readonly key: string | null; readonly baseUrl: string | null };
  readonly anthropic: { readonly key: string | null; readonly baseUrl: string | null };
  readonly compatible: { readonly url: string | null; readonly key: string | null; readonly model: string | null };
  /** Null in production, whatever the environment says. */
  readonly failpoints: string | null;
  readonly logLevel: z.output<typeof variables>["LOG_LEVEL"];
}

/**
 * The only reader of the environment. An empty variable counts as absent.
 * Throws `config_invalid`; its message names each wrong variable and what was expected, never the value.
 */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const parsed = variables.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new AppError("config_invalid", `The environment does not fit:\n${lines.join("\n")}`);
  }
  const is = parsed.data;
  if (is.AGENTFLOW_ROLE !== "all" && is.DATABASE_URL === undefined) {
    const reason = "the embedded database belongs to one process, which then has to do everything";
    throw new AppError(
      "config_invalid",
      `The environment does not fit:\n  AGENTFLOW_ROLE: ${is.AGENTFLOW_ROLE} needs DATABASE_URL; ${reason}`,
    );
  }
  return {
    port: is.PORT,
    host: is.HOST,
    databaseUrl: is.DATABASE_URL ?? null,
    redisUrl: is.REDIS_URL ?? null,
    folder: is.AGENTFLOW_FOLDER,
    publicUrl: is.AGENTFLOW_PUBLIC_URL ?? null,
    trustProxy: is.AGENTFLOW_TRUST_PROXY,
    role: is.AGENTFLOW_ROLE,
    capacity: is.AGENTFLOW_CAPACITY,
    queueLimit: is.AGENTFLOW_QUEUE_LIMIT,
    graceMs: is.AGENTFLOW_GRACE_SECONDS * 1_000,
    openai: { key: is.OPENAI_API_KEY ?? null, baseUrl: is.OPENAI_BASE_URL ?? null },
    anthropic: { key: is.ANTHROPIC_API_KEY ?? null, baseUrl: is.ANTHROPIC_BASE_URL ?? null },
    compatible: {
      url: is.AGENTFLOW_MODEL_URL ?? null,
      key: is.AGENTFLOW_MODEL_KEY ?? null,
      model: is.AGENTFLOW_MODEL_NAME ?? null,
    },
    failpoints: is.NODE_ENV === "test" ? (is.AGENTFLOW_FAILPOINTS ?? null) : null,
    logLevel: is.LOG_LEVEL,
  };
}
