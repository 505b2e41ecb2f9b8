import { containersOf } from "../graph/topology.ts";
import type { ExecutionEvent, Iteration } from "../schemas/executionEvent.ts";
import type { Graph } from "../schemas/graph.ts";
import { iterationPathOf, nodeIdOf } from "./stepKey.ts";

/** While a history is gone through: which iterations are over, and why. */
export interface OverIterations {
  readonly see: (event: ExecutionEvent) => void;
  /** The key of the step that failed first in what is over around a step; undefined while nothing is. */
  readonly causeOf: (stepKey: string) => string | undefined;
}

/**
 * An iteration is over when a step in it has failed; with it all others of its container, when that fails with one item. Named by
 * the step key of a container, and by that with the iteration's number after it.
 */
export function newOverIterations(graph: Graph): OverIterations {
  const iterations = new Map<string, Iteration>();
  const over = new Map<string, string>();

  /** Around a step, outermost first: the container's own key, and that of the iteration. A check is in the iteration that it follows. */
  function around(stepKey: string): { readonly container: string; readonly iteration: string }[] {
    const path = iterationPathOf(stepKey).map(String);
    const id = nodeIdOf(stepKey);
    const outer = containersOf(graph, id).map((node): string => node.id);
    const containers = path.length > outer.length ? [id, ...outer] : outer;
    return containers.reverse().map((container, depth) => ({
      container: [container, ...path.slice(0, depth)].join("/"),
      iteration: [container, ...path.slice(0, depth + 1)].join("/"),
    }));
  }
  function failed(stepKey: string): void {
    const innermost = around(stepKey).at(-1);
    if (innermost === undefined) return;
    const iteration = iterations.get(innermost.container);
    const failsWithOne = iteration?.mode === "loop" || iteration?.onItemError === "fail";
    for (const ended of failsWithOne ? [innermost.iteration, innermost.container] : [innermost.iteration])
      if (!over.has(ended)) over.set(ended, stepKey);
  }

  return {
    see({ body }) {
      if (body.type === "step_iterating") iterations.set(body.stepKey, body.iteration);
      if (body.type === "step_failed" && body.contained) failed(body.stepKey);
    },
    causeOf(stepKey) {
      if (over.size === 0) return undefined;
      for (const { container, iteration } of around(stepKey).reverse()) {
        const cause = over.get(iteration) ?? over.get(container);
        if (cause !== undefined) return cause;
      }
      return undefined;
    },
  };
}
