import { z } from "zod";
import { executionId } from "../ids.ts";
import { jsonValue } from "../json.ts";
import { principal } from "./principal.ts";
import { hasRole, type Role } from "./workspace.ts";

/** A field of the form that a person fills in to answer. */
export const answerField = z.strictObject({
  name: z.string().regex(/^[a-zA-Z][A-Za-z0-9_]{0,39}$/, "Letters, digits and _; begins with a letter"),
  label: z.string().max(200),
  type: z.enum(["text", "number", "boolean", "choice"]),
  required: z.boolean().default(false),
  /** Of a `choice`. */
  choices: z.array(z.string().max(200)).max(100).optional(),
});
export type AnswerField = z.infer<typeof answerField>;

/** Epoch milliseconds; null: it waits for as long as it takes. */
const dueAt = z.number().nullable();

/** What a step waits for. At `dueAt` it goes on without an answer: for `time` that is what it waited for, for the others it is too late then. */
export const interrupt = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("time"), dueAt: z.number() }),
  /** A call from outside, by its name. */
  z.strictObject({ kind: z.literal("signal"), name: z.string().min(1).max(120), dueAt }),
  z.strictObject({
    kind: z.literal("approval"),
    title: z.string().max(500),
    /** Markdown: what is to be decided. */
    body: z.string().max(50_000),
    fields: z.array(answerField).max(50),
    /** Who may answer: these profiles, or everybody with at least the role. */
    who: z.strictObject({ role: z.enum(["owner", "editor", "operator"]), profileIds: z.array(z.string()).max(100) }),
    dueAt,
  }),
  /** Another execution that this one started. */
  z.strictObject({ kind: z.literal("execution"), executionId, dueAt }),
]);
export type Interrupt = z.infer<typeof interrupt>;

/** The named people, or with nobody named everybody with at least the role. */
export function mayAnswer(
  { who }: Extract<Interrupt, { kind: "approval" }>,
  person: { readonly role: Role; readonly profileId: string },
): boolean {
  return who.profileIds.length > 0 ? who.profileIds.includes(person.profileId) : hasRole(person.role, who.role);
}

/** How a wait ended. */
export const answer = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("due") }),
  z.strictObject({ kind: z.literal("given"), value: jsonValue, by: principal }),
]);
export type Answer = z.infer<typeof answer>;
