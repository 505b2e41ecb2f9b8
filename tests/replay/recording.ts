import type { Graph } from "#src/schemas/graph.ts";
import type { Rig, RigOptions } from "#tests/support/engine/rig.ts";

/** How a history comes about; what its agents do when it is gone on with from somewhere in the middle. */
export interface Recording extends RigOptions {
  readonly graph: Graph;
  /** What happens to it; by default it runs to its end. */
  readonly script?: (rig: Rig) => Promise<unknown>;
}
