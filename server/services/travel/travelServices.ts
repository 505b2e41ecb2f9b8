import { type ComparisonsService, createComparisonsService } from "./comparisons.ts";
import { createForksService, type ForksDeps, type ForksService } from "./forks.ts";
import { createReplaysService, type ReplaysDeps, type ReplaysService } from "./replays.ts";

/** Use cases that start from what an execution has recorded. */
export interface TravelServices {
  readonly forks: ForksService;
  readonly comparisons: ComparisonsService;
  readonly replays: ReplaysService;
}

export function createTravelServices(deps: ForksDeps & ReplaysDeps): TravelServices {
  return {
    forks: createForksService(deps),
    comparisons: createComparisonsService(deps.db),
    replays: createReplaysService(deps),
  };
}
