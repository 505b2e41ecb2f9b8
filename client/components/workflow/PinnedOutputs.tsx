import { Pin, X } from "lucide-react";
import { Button } from "#client/components/ui/Button.tsx";
import { plural } from "#client/components/ui/format.ts";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Popover } from "#client/components/ui/Popover.tsx";
import { useGraph } from "./EditorContext.ts";
import { useStepRuns } from "./useStepRuns.ts";

/** Says that steps are pinned, which, and lets them go. Nothing when none is. */
export function PinnedOutputs() {
  const { pins, unpin, mayPin } = useStepRuns();
  const { nodes } = useGraph();
  const pinned = nodes.filter(({ id }) => pins.has(id));
  if (pinned.length === 0) return null;
  return (
    <Popover
      label="Pinned outputs"
      side="top"
      className="w-72 p-2"
      trigger={
        <Button size="sm" variant="ghost" icon={Pin} className="text-warning">
          {plural(pinned.length, "pin")}
        </Button>
      }
    >
      <p className="px-1 pb-1.5 text-muted text-xs">
        In runs that are started here, these steps do not run: what is pinned goes on in their place.
      </p>
      <ul>
        {pinned.map(({ id, name }) => (
          <li key={id} className="flex items-center justify-between gap-2 rounded-sm pl-1 hover:bg-hover">
            <span className="min-w-0 truncate">{name}</span>
            {mayPin && <IconButton icon={X} size="sm" label={`Unpin ${name}`} onClick={() => unpin(id)} />}
          </li>
        ))}
      </ul>
    </Popover>
  );
}
