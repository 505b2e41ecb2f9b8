import type { Trigger } from "#src/schemas/principal.ts";

export const triggerLabels: Record<Trigger["kind"], string> = {
  manual: "Manual",
  api: "API",
  schedule: "Schedule",
  demo: "Demo",
  retry: "Retry",
  fork: "Fork",
  replay: "Replay",
  test: "Test",
  workflow: "Workflow",
};
