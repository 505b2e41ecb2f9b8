import { flowRecordings } from "./flow.ts";
import { kindRecordings } from "./kinds.ts";
import { plainRecordings } from "./plain.ts";
import type { Recording } from "./recording.ts";

/** By the names of their histories. */
export const recordings: Readonly<Record<string, Recording>> = {
  ...plainRecordings,
  ...flowRecordings,
  ...kindRecordings,
};
