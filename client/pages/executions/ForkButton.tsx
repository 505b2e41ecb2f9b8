import { GitFork } from "lucide-react";
import { useState } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { useMay } from "#client/hooks/useSession.ts";
import { isFinalExecution } from "#src/schemas/execution.ts";
import { ForkDialog, type ForkDialogProps } from "./ForkDialog.tsx";

/** Beside each step of a run that is over, for those who may run things. */
export function ForkButton(props: Omit<ForkDialogProps, "onClose">) {
  const mayRun = useMay("operator");
  const [open, setOpen] = useState(false);
  if (!mayRun || !isFinalExecution(props.detail.status)) return null;
  return (
    <>
      <Button size="sm" variant="ghost" icon={GitFork} onClick={() => setOpen(true)}>
        Fork from here
      </Button>
      {open && <ForkDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
