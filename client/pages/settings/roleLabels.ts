import type { Role } from "#src/schemas/workspace.ts";

/** What a role is called and what it lets one do. */
export const roleLabels: Record<Role, { readonly label: string; readonly may: string }> = {
  viewer: { label: "Viewer", may: "sees workflows and runs" },
  operator: { label: "Operator", may: "also starts and stops runs" },
  editor: { label: "Editor", may: "also changes workflows" },
  owner: { label: "Owner", may: "also manages members and settings" },
};
