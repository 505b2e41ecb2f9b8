import { type ComparisonsService, createComparisonsService } from "./comparisons.ts";
import { createForksService, type ForksDeps, type ForksService } from "./forks.ts";

/** Use cases that start from what an execution has recorded. */
export interface TravelServices {
  readonly forks: ForksService;
  readonly comparisons: ComparisonsService;
}

export function createTravelServices(deps: ForksDeps): TravelServices {
  return { forks: createForksService(deps), comparisons: createComparisonsService(deps.db) };
}
