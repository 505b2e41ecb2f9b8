import { createContext, useContext } from "react";
import type { ExecutionState } from "#src/engine/state.ts";

/** The execution whose values the inspector shows: the one on screen, otherwise the workflow's latest. */
export const LatestExecutionContext = createContext<ExecutionState | null>(null);

/** Its id; null while there is none. */
export const LatestExecutionIdContext = createContext<string | null>(null);

export const useLatestExecutionId = (): string | null => useContext(LatestExecutionIdContext);

export const useLatestExecution = (): ExecutionState | null => useContext(LatestExecutionContext);
