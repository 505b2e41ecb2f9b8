import { type GraphSettings, graphSettings } from "../../schemas/graph.ts";
import { type Editing, edit } from "../editing.ts";
import { documentMaps } from "../model.ts";
import { writeValue } from "../writeNode.ts";

/** Sets the workflow's own settings; what is not named stays. */
export function setSettings(editing: Editing, settings: Partial<GraphSettings>): void {
  const stored = documentMaps(editing.doc).settings;
  const checked = graphSettings.partial().parse(settings);
  edit(editing, { label: "change workflow settings", group: "settings" }, () => {
    if (settings.timeoutMs !== undefined) writeValue(stored, "timeoutMs", checked.timeoutMs);
  });
}
