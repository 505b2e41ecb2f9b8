import { monotonicFactory } from "ulid";
import { joinId, type NewId } from "#src/ids.ts";

const nextUlid = monotonicFactory();

/** Ids from the platform's clock and randomness; within a process they grow strictly. */
export const newId: NewId = (kind) => joinId(kind, nextUlid());
