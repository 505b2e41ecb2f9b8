import { type ComparisonsService, createComparisonsService } from "./comparisons.ts";
import { createForksService, type ForksDeps, type ForksService } from "./forks.ts";
import { createPinsService, type PinsService } from "./pins.ts";
import { createReplaysService, type ReplaysDeps, type ReplaysService } from "./replays.ts";
import { createTestCasesService, type TestCasesDeps, type TestCasesService } from "./testCases.ts";

/** Use cases that start from what an execution has recorded. */
export interface TravelServices {
  readonly forks: ForksService;
  readonly comparisons: ComparisonsService;
  readonly replays: ReplaysService;
  readonly testCases: TestCasesService;
  readonly pins: PinsService;
}

export function createTravelServices(deps: ForksDeps & ReplaysDeps & TestCasesDeps): TravelServices {
  return {
    forks: createForksService(deps),
    comparisons: createComparisonsService(deps.db),
    replays: createReplaysService(deps),
    testCases: createTestCasesService(deps),
    pins: createPinsService(deps),
  };
}
