import { Select } from "#client/components/ui/Select.tsx";
import { trpc } from "#client/trpc.ts";
import { useEditor } from "../EditorContext.ts";
import type { FieldProps } from "./fieldProps.ts";

/** Another workflow of the workspace. One that was deleted stays chosen, and says so. */
export function WorkflowField({ value, onChange, control }: FieldProps) {
  const { workflowId } = useEditor();
  const list = trpc.workflows.list.useQuery({ limit: 100 });
  const chosen = typeof value === "string" && value !== "" ? value : undefined;
  const others = (list.data?.items ?? []).filter(({ id }) => id !== workflowId);
  const isKnown = others.some(({ id }) => id === chosen);
  const missing = list.isSuccess ? "This workflow is gone, or is this one" : "Loading …";
  return (
    <Select
      {...control}
      value={isKnown ? chosen : undefined}
      disabled={onChange === null}
      placeholder={chosen === undefined ? "Choose" : missing}
      onChange={(next: string) => onChange?.(next)}
      options={others.map(({ id, name }) => ({ value: id as string, label: name }))}
    />
  );
}
