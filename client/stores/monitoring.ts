import { atomWithStorage } from "jotai/utils";

export type StepsView = "list" | "timeline";
/** How the person likes the steps of a run shown. */
export const stepsViewAtom = atomWithStorage<StepsView>("agentflow.stepsView", "list", undefined, { getOnInit: true });
