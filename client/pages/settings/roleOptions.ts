import { roles } from "#src/schemas/workspace.ts";
import { roleLabels } from "./roleLabels.ts";

export const roleOptions = roles.map((role) => ({
  value: role,
  label: roleLabels[role].label,
  note: roleLabels[role].may,
}));
