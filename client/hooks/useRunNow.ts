import { createContext, useContext } from "react";
import { useNow } from "./useNow.ts";

/** Whether what happens in the run on screen is heard: without a connection its clocks stand still. */
export const RunHeardContext = createContext(true);

/** The clock of a run, in epoch milliseconds; stands still while `ticking` is false or the run is not heard. */
export function useRunNow(ticking: boolean): number {
  const heard = useContext(RunHeardContext);
  return useNow(ticking && heard);
}
