import type { Database } from "#db/client.ts";
import { findRecording } from "#db/queries/lineage.ts";
import { withTenant } from "#db/tenant.ts";
import type { Execute } from "#src/agents/agent.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import { compareExecutions } from "#src/engine/compare.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { replayExecution } from "#src/engine/replay.ts";
import { isEnded } from "#src/engine/state.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { ReplayResult } from "#src/schemas/replay.ts";
import { type Actor, principalOf, scopeOf } from "../actor.ts";
import { createVirtualClock } from "./virtualClock.ts";

export interface ReplaysService {
  /**
   * Runs an execution that is over once more, in memory, on its recorded answers, and says whether it comes to the same. Nothing is
   * stored, nothing goes out, and the time it took then does not pass. Errors: not_found; conflict while it goes on.
   */
  replay(actor: Actor, id: ExecutionId): Promise<ReplayResult>;
}

export interface ReplaysDeps {
  readonly db: Database;
  readonly catalogue: Catalogue;
  readonly executors: Readonly<Record<string, Execute>>;
  readonly now: () => number;
}

export function createReplaysService({ db, catalogue, executors, now }: ReplaysDeps): ReplaysService {
  // None of them is asked.
  const kinds = Object.keys(executors);
  return {
    async replay(actor, id) {
      const { workspaceId } = scopeOf(actor);
      const source = await withTenant(db, scopeOf(actor), (tx) => findRecording(tx, { workspaceId, id }));
      if (source === null) throw new AppError("not_found", "There is no such execution.");
      const then = reduceAll(source.events);
      if (!isEnded(then)) {
        throw new AppError("conflict", "This run is still going on. Replay it when it has ended.");
      }
      const began = now();
      const clock = createVirtualClock();
      const replayed = await clock.drive(replayExecution({ source, clock, catalogue, kinds, by: principalOf(actor) }));
      const { graph } = source;
      const compared = compareExecutions({ graph, state: then }, { graph, state: replayed.state });
      return {
        identical: compared.same,
        statuses: compared.statuses,
        output: compared.output,
        firstDifference: compared.steps.find((step) => !step.same) ?? null,
        steps: compared.steps.length,
        answered: replayed.answered,
        outsideCalls: 0,
        durationMs: now() - began,
      };
    },
  };
}
