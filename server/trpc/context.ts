import type { Logger } from "pino";
import type { Actor } from "#server/services/actor.ts";
import type { Caller } from "#server/services/proof.ts";
import type { Services } from "#server/services/services.ts";
import type { Trigger } from "#src/schemas/principal.ts";

/** What a procedure knows of its request. One for each HTTP request, one for each socket message. */
export interface Context {
  readonly requestId: string;
  readonly caller: Caller;
  readonly actor: Actor | null;
  readonly services: Services;
  readonly log: Logger;
  /** How an execution started here is marked: the product's own client is manual, REST is api. */
  readonly triggerKind: Trigger["kind"];
  /** The Idempotency-Key of a REST request, as it came. */
  readonly idempotencyKey: string | null;
  /** Adds a Set-Cookie header to the answer; on a socket there is none to add to. */
  readonly setCookie: (value: string) => void;
}
