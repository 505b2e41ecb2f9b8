import { Download } from "lucide-react";
import type { EditableValue } from "#client/hooks/useEditableValue.ts";
import { Button } from "../ui/Button.tsx";
import { showBytes } from "../ui/format.ts";

/** In place of a field whose value is too large to be there without being asked for: it stays as it was until it is loaded. */
export function LargeInput({ input }: { readonly input: EditableValue }) {
  return (
    <div className="flex flex-col items-start gap-2 rounded-sm border border-line-strong border-dashed p-3">
      <p className="text-muted text-sm">{`As in the run: ${showBytes(input.bytes)} that are not loaded here.`}</p>
      <Button size="sm" icon={Download} busy={input.isLoading} onClick={input.load}>
        Load to change it
      </Button>
      {input.problem !== null && (
        <p role="alert" className="text-danger text-xs">{`It could not be loaded: ${input.problem}`}</p>
      )}
    </div>
  );
}
