import { createContext, useContext } from "react";
import type { ExecutionState } from "#src/engine/state.ts";

/** The execution whose values the inspector shows: the one on screen, otherwise the workflow's latest. */
export const LatestExecutionContext = createContext<ExecutionState | null>(null);

export const useLatestExecution = (): ExecutionState | null => useContext(LatestExecutionContext);
