import type { Database } from "#db/client.ts";
import { findOrInsertVersion } from "#db/queries/workflowVersions.ts";
import { withTenant } from "#db/tenant.ts";
import type { Catalogue } from "#src/agents/catalogue.ts";
import { inputForm } from "#src/agents/input/form.ts";
import { AppError } from "#src/errors.ts";
import { compile } from "#src/graph/compile.ts";
import type { NewId, VersionId, WorkflowId } from "#src/ids.ts";
import type { JsonValue } from "#src/json.ts";
import type { Graph } from "#src/schemas/graph.ts";
import type { Scope } from "./actor.ts";
import { readInput } from "./executionInput.ts";
import { hashOfGraph } from "./graphHash.ts";
import { invalidGraph } from "./graphProblems.ts";

/** A graph that can run: compiled without errors, kept as a version. */
export interface Prepared {
  readonly versionId: VersionId;
  readonly graph: Graph;
  /** What the execution begins with: the caller's input, checked, or what the Input agent gives by itself. Errors: input_invalid. */
  readonly readInput: (input: JsonValue | undefined) => JsonValue;
}

/** Errors: invalid_graph with every diagnostic; not_found. */
export type Prepare = (
  scope: Scope,
  workflow: { id: WorkflowId; graph: Graph; revision: string | number },
) => Promise<Prepared>;

const cacheLimit = 500;

/**
 * Compiling and looking for the version happen once for each revision of a document: an execute of an unchanged workflow costs
 * no query but its own commit.
 */
export function createPrepare(deps: { db: Database; catalogue: Catalogue; newId: NewId; now: () => number }): Prepare {
  const cache = new Map<WorkflowId, { revision: string | number; prepared: Promise<Prepared> }>();

  async function make(scope: Scope, { id, graph }: { id: WorkflowId; graph: Graph }): Promise<Prepared> {
    const { plan, diagnostics } = compile(graph, deps.catalogue);
    if (plan === null) throw invalidGraph(diagnostics);
    const version = {
      id: deps.newId("version"),
      workspaceId: scope.workspaceId,
      workflowId: id,
      graph,
      graphHash: hashOfGraph(graph),
      createdBy: scope.profileId,
      createdAt: new Date(deps.now()),
    };
    const versionId = await withTenant(deps.db, scope, (tx) => findOrInsertVersion(tx, version));
    if (versionId === null) throw new AppError("not_found", "There is no such workflow.");
    const form = inputForm(graph);
    return { versionId, graph, readInput: (input) => readInput(form, input) };
  }

  return (scope, workflow) => {
    const known = cache.get(workflow.id);
    if (known?.revision === workflow.revision) return known.prepared;
    const prepared = make(scope, workflow);
    cache.delete(workflow.id);
    cache.set(workflow.id, { revision: workflow.revision, prepared });
    if (cache.size > cacheLimit) for (const oldest of cache.keys()) if (cache.delete(oldest)) break;
    // A failure is found anew each time: it may have been the database's.
    prepared.catch(() => {
      if (cache.get(workflow.id)?.prepared === prepared) cache.delete(workflow.id);
    });
    return prepared;
  };
}
