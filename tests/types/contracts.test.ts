// Compile-time contracts: the type check of `npm test` is what fails here; each expectation that stops failing is an error itself.
import { expect, test } from "bun:test";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "#server/trpc/router.ts";
import type { AgentDefinition, Execute } from "#src/agents/agent.ts";
import type { AgentKind, registry } from "#src/agents/registry.ts";
import { assertNever } from "#src/errors.ts";
import type { ExecutionId, WorkflowId } from "#src/ids.ts";
import type { ExecutionStatus } from "#src/schemas/execution.ts";
import type { ExecutionEventBody } from "#src/schemas/executionEvent.ts";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_Claim extends true>() => expect(true).toBe(true);

test("a kind without an executor, or an executor without a kind, does not compile", () => {
  type Executors = Readonly<Record<AgentKind, Execute>>;
  const none = {} as Execute;
  // @ts-expect-error: every kind but one
  const missing: Executors = { input: none, output: none, condition: none, llm: none, codeAnalyzer: none };
  expect(missing).toBeDefined();
  holds<Equal<keyof typeof registry, AgentKind>>();
});

test("ids of different kinds are not interchangeable", () => {
  const workflow = "wf_x" as WorkflowId;
  // @ts-expect-error: a workflow's id is no execution's
  const execution: ExecutionId = workflow;
  expect<string>(execution).toBe(workflow);
});

test("a switch over events that forgets one does not compile", () => {
  const total = (body: ExecutionEventBody): string => {
    switch (body.type) {
      case "execution_created":
        return body.trigger.kind;
      default:
        // @ts-expect-error: the other events are not handled
        return assertNever(body);
    }
  };
  expect(total).toBeFunction();
});

test("the client's types come from the router", () => {
  holds<Equal<inferRouterOutputs<AppRouter>["workflows"]["execute"]["status"], ExecutionStatus>>();
  // On the way in an id is text: it is the schema that makes it an id.
  holds<Equal<inferRouterInputs<AppRouter>["executions"]["cancel"]["id"], string>>();
  const defaults: AgentDefinition["defaults"] = {};
  expect(defaults).toEqual({});
});
