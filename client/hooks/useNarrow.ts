import { useMediaQuery } from "./useMediaQuery.ts";

/** Below Tailwind's `md` panels beside each other become sheets above each other. */
export const useNarrow = (): boolean => useMediaQuery("(max-width: 767px)");
