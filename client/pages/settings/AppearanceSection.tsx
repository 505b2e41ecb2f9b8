import { useAtom } from "jotai";
import { Check } from "lucide-react";
import { classes } from "#client/components/ui/classes.ts";
import { type Theme, type ThemeChoice, themeChoiceAtom, themeChoices } from "#client/stores/theme.ts";
import { SettingsBlock } from "./SettingsBlock.tsx";

const labels: Record<ThemeChoice, string> = { system: "System", light: "Light", dark: "Dark" };

export function AppearanceSection() {
  const [choice, setChoice] = useAtom(themeChoiceAtom);
  return (
    <SettingsBlock title="Theme" lead="System follows what your computer is set to.">
      <fieldset className="grid max-w-130 grid-cols-3 gap-3">
        <legend className="sr-only">Theme</legend>
        {themeChoices.map((each) => (
          <label
            key={each}
            className={classes(
              "relative cursor-pointer rounded-lg border p-1.5 pb-2 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-focus",
              each === choice ? "border-accent" : "hover:border-line-strong",
            )}
          >
            <input
              type="radio"
              name="theme"
              className="sr-only"
              checked={each === choice}
              onChange={() => setChoice(each)}
            />
            <Preview choice={each} />
            <span className="mt-2 flex items-center justify-center gap-1.5">
              {labels[each]}
              {each === choice && <Check aria-hidden size={14} className="text-accent-text" />}
            </span>
          </label>
        ))}
      </fieldset>
    </SettingsBlock>
  );
}

function Preview({ choice }: { readonly choice: ThemeChoice }) {
  if (choice !== "system") return <Screen theme={choice} />;
  return (
    <span aria-hidden className="relative block">
      <Screen theme="light" />
      <span className="absolute inset-0 [clip-path:polygon(100%_0,100%_100%,0_100%)]">
        <Screen theme="dark" />
      </span>
    </span>
  );
}

const screens: Record<Theme, { readonly back: string; readonly card: string; readonly line: string }> = {
  light: { back: "bg-[#f6f6f7]", card: "bg-white border-[#e5e5e9]", line: "bg-[#d0d0d7]" },
  dark: { back: "bg-[#0d0e10]", card: "bg-[#1a1b1f] border-[#383a42]", line: "bg-[#383a42]" },
};

/** Two cards and an edge, in the theme's own colours whatever is on now. */
function Screen({ theme }: { readonly theme: Theme }) {
  const { back, card, line } = screens[theme];
  return (
    <span aria-hidden className={classes("flex h-20 items-center justify-center rounded-md", back)}>
      <span className={classes("h-7 w-10 rounded-sm border", card)} />
      <span className={classes("h-px w-5", line)} />
      <span className={classes("h-7 w-10 rounded-sm border", card)} />
    </span>
  );
}
