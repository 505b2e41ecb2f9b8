import type { Database, Tx } from "#db/client.ts";
import { findExecutionSummary } from "#db/queries/executions.ts";
import { executionsMadeFrom, findOrigin, findRecording } from "#db/queries/lineage.ts";
import { withTenant } from "#db/tenant.ts";
import { compareExecutions } from "#src/engine/compare.ts";
import { reduceAll } from "#src/engine/reduce.ts";
import { AppError } from "#src/errors.ts";
import type { ExecutionId } from "#src/ids.ts";
import type { ExecutionComparison } from "#src/schemas/comparison.ts";
import type { ExecutionSummary } from "#src/schemas/execution.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Lineage, Relative } from "#src/schemas/lineage.ts";
import { type Actor, scopeOf } from "../actor.ts";

/** Executions beside one another. Errors: not_found for an execution of another workspace, as for one that never was. */
export interface ComparisonsService {
  lineage(actor: Actor, id: ExecutionId): Promise<Lineage>;
  /** Of any two executions, also while they go on, and of different workflows. */
  compare(actor: Actor, ids: { readonly a: ExecutionId; readonly b: ExecutionId }): Promise<ExecutionComparison>;
}

const mostRelatives = 50;
const noSuchExecution = () => new AppError("not_found", "There is no such execution.");

export function createComparisonsService(db: Database): ComparisonsService {
  const keyOf = (actor: Actor, id: ExecutionId) => ({ workspaceId: actor.session.workspace.id, id });

  async function derivedFrom(tx: Tx, actor: Actor, made: { id: ExecutionId; graph: Graph }): Promise<Relative[]> {
    const derived: Relative[] = [];
    for (const id of await executionsMadeFrom(tx, keyOf(actor, made.id), mostRelatives)) {
      const execution = await findExecutionSummary(tx, keyOf(actor, id));
      if (execution !== null) derived.push(relativeOf(execution, made.graph, execution.trigger.source?.stepKey));
    }
    return derived;
  }

  return {
    lineage: (actor, id) =>
      withTenant(db, scopeOf(actor), async (tx): Promise<Lineage> => {
        const own = await findOrigin(tx, keyOf(actor, id));
        if (own === null) throw noSuchExecution();
        const derived = await derivedFrom(tx, actor, { id, graph: own.graph });
        const from = own.trigger.source;
        if (from === undefined) return { source: null, derived };
        const origin = await findOrigin(tx, keyOf(actor, from.executionId));
        const execution = await findExecutionSummary(tx, keyOf(actor, from.executionId));
        if (origin === null || execution === null) return { source: null, derived };
        return { source: relativeOf(execution, origin.graph, from.stepKey), derived };
      }),

    compare: (actor, { a, b }) =>
      withTenant(db, scopeOf(actor), async (tx): Promise<ExecutionComparison> => {
        const sides = [];
        for (const id of [a, b]) {
          const recording = await findRecording(tx, keyOf(actor, id));
          const summary = await findExecutionSummary(tx, keyOf(actor, id));
          if (recording === null || summary === null) throw noSuchExecution();
          sides.push({ summary, graph: recording.graph, state: reduceAll(recording.events) });
        }
        const [one, other] = sides;
        if (one === undefined || other === undefined) throw noSuchExecution();
        return { a: one.summary, b: other.summary, ...compareExecutions(one, other) };
      }),
  };
}

function relativeOf(execution: ExecutionSummary, graph: Graph, stepKey: string | undefined): Relative {
  if (stepKey === undefined) return { execution, stepKey: null, stepName: null };
  const nodeId = stepKey.split("/", 1)[0];
  return { execution, stepKey, stepName: graph.nodes.find(({ id }) => id === nodeId)?.name ?? stepKey };
}
