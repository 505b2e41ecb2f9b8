import { CircleAlert, CircleCheck } from "lucide-react";
import { useChecked, useDiagnostics } from "./EditorContext.ts";
import { ProblemMenu } from "./parts.ts";

interface ProblemListProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** The badge with what stands in the way of a run; nothing until that is known. */
export function ProblemList(props: ProblemListProps) {
  const checked = useChecked();
  const diagnostics = useDiagnostics();
  if (diagnostics.length > 0) {
    const waiting = <CircleAlert size={15} className="mx-2 text-faint" role="img" aria-label="Problems" />;
    return <ProblemMenu {...props} fallback={waiting} />;
  }
  if (!checked) return null;
  return (
    <span title="Nothing stands in the way of a run" className="hidden text-success sm:flex">
      <CircleCheck size={16} strokeWidth={1.75} role="img" aria-label="No problems" />
    </span>
  );
}
