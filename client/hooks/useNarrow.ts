import { useSyncExternalStore } from "react";

/** Tailwind's `md`: below it panels beside each other become sheets above each other. */
const narrow = matchMedia("(max-width: 767px)");

function subscribe(onChange: () => void): () => void {
  narrow.addEventListener("change", onChange);
  return () => narrow.removeEventListener("change", onChange);
}

export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);
