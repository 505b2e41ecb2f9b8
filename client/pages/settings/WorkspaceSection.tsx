import { type FormEvent, useState } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { useSession } from "#client/hooks/useSession.ts";
import { readError, trpc } from "#client/trpc.ts";
import { SettingsBlock } from "./SettingsBlock.tsx";

export function WorkspaceSection() {
  const { workspace } = useSession();
  const [name, setName] = useState(workspace.name);
  const { auth } = trpc.useUtils();
  const rename = trpc.workspaces.rename.useMutation({
    onSuccess: () => {
      toast.success("Workspace renamed");
      void auth.status.invalidate();
    },
  });
  const wanted = name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ name: wanted });
  };
  return (
    <SettingsBlock title="Workspace" lead="What members see when they join.">
      <form onSubmit={submit} className="flex max-w-90 flex-col gap-4">
        <Field label="Name" error={rename.error ? readError(rename.error).message : null}>
          {(control) => (
            <Input {...control} maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Button
          type="submit"
          busy={rename.isPending}
          disabled={wanted === "" || wanted === workspace.name}
          className="self-start"
        >
          Rename
        </Button>
      </form>
    </SettingsBlock>
  );
}
