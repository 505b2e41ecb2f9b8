import { type GraphSettings, graphSettings } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { documentMaps } from "../model.ts";
import { plainBudget, writeValue } from "../writeNode.ts";

type SettingsChange = { readonly [Field in keyof GraphSettings]?: GraphSettings[Field] | undefined };

/** Sets the workflow's own settings; what is not named stays, undefined goes back to the default. */
export function setSettings(editing: Editing, settings: SettingsChange): void {
  const stored = documentMaps(editing.doc).settings;
  const checked = graphSettings.partial().parse(settings);
  edit(editing, { label: "change workflow settings", group: "settings" }, () => {
    for (const field of ["timeoutMs", "concurrency", "startsPerMinute"] as const)
      if (Object.hasOwn(settings, field)) writeValue(stored, field, settings[field] && checked[field]);
    if (Object.hasOwn(settings, "budget")) writeValue(stored, "budget", plainBudget(checked.budget));
  });
}
