import type { WorkspaceId } from "#src/ids.ts";
import type { ExecutionEvent } from "#src/schemas/executionEvent.ts";
import type { DatabaseStore } from "./store.ts";

/** They may change what waits for a person. */
const changesWaits = ({ body }: ExecutionEvent): boolean =>
  body.type === "step_waiting"
    ? body.interrupt.kind === "approval"
    : body.type === "step_resumed" || body.type === "step_cancelled";

/** The store, with word of each commit after which something else may wait for the people of a workspace. */
export function tellWaits(store: DatabaseStore, tell: (workspaceId: WorkspaceId) => void): DatabaseStore {
  return {
    ...store,
    append(lease, events, ...rest) {
      const appended = store.append(lease, events, ...rest);
      return events.some(changesWaits) ? appended.then(() => tell(lease.workspaceId)) : appended;
    },
  };
}
