import { atom } from "jotai";
import { atomWithStorage } from "jotai/utils";

export const themeChoices = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof themeChoices)[number];
export type Theme = "light" | "dark";

/** What the person chose. `public/theme.js` reads the same key before the first paint. */
export const themeChoiceAtom = atomWithStorage<ThemeChoice>("agentflow.theme", "system", undefined, {
  getOnInit: true,
});

const query = matchMedia("(prefers-color-scheme: dark)");
const systemThemeAtom = atom<Theme>(query.matches ? "dark" : "light");
systemThemeAtom.onMount = (set) => {
  const follow = () => set(query.matches ? "dark" : "light");
  query.addEventListener("change", follow);
  return () => query.removeEventListener("change", follow);
};

/** What is on screen. */
export const themeAtom = atom<Theme>((get) => {
  const choice = get(themeChoiceAtom);
  const system = get(systemThemeAtom);
  return choice === "system" ? system : choice;
});
