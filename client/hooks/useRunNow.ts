import { createContext, useContext } from "react";
import { useNow } from "./useNow.ts";

/** Whether what happens in the run on screen is heard: without a connection its clocks stand still. */
export const RunHeardContext = createContext(true);

/** The past moment that is looked at, in epoch milliseconds; null: now. */
export const RunMomentContext = createContext<number | null>(null);

/** The clock of a run, in epoch milliseconds; stands still while `ticking` is false, the run is not heard, or its past is looked at. */
export function useRunNow(ticking: boolean): number {
  const heard = useContext(RunHeardContext);
  const moment = useContext(RunMomentContext);
  const now = useNow(ticking && heard && moment === null);
  return moment ?? now;
}
