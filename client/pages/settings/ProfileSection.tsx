import { type FormEvent, useState } from "react";
import { Avatar } from "#client/components/ui/Avatar.tsx";
import { Badge } from "#client/components/ui/Badge.tsx";
import { Button } from "#client/components/ui/Button.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { useSession } from "#client/hooks/useSession.ts";
import { useSignOut } from "#client/hooks/useSignOut.ts";
import { readError, trpc } from "#client/trpc.ts";
import { password } from "#src/schemas/workspace.ts";
import { roleLabels } from "./roleLabels.ts";
import { SettingsBlock } from "./SettingsBlock.tsx";

export function ProfileSection() {
  const { profile, workspace, role } = useSession();
  const signOut = useSignOut();
  return (
    <>
      <SettingsBlock title="You">
        <div className="flex items-center gap-3 rounded-lg border px-4 py-3">
          <Avatar name={profile.name} size={36} />
          <div className="min-w-0 flex-1">
            <p className="flex items-center gap-2 truncate font-medium">
              {profile.name}
              <Badge>{roleLabels[role].label}</Badge>
            </p>
            <p className="truncate text-muted text-xs">{workspace.name}</p>
          </div>
          <Button onClick={signOut}>Sign out</Button>
        </div>
      </SettingsBlock>
      <PasswordBlock />
    </>
  );
}

const empty = { current: "", next: "" };

function PasswordBlock() {
  const [typed, setTyped] = useState(empty);
  const [checked, setChecked] = useState(false);
  const change = trpc.auth.changePassword.useMutation({
    onSuccess: () => {
      setTyped(empty);
      setChecked(false);
      toast.success("Password changed", { description: "Your other sessions were ended." });
    },
  });
  const parsed = password.safeParse(typed.next);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (parsed.success) change.mutate(typed);
  };
  return (
    <SettingsBlock title="Password" lead="Changing it signs you out everywhere else.">
      <form onSubmit={submit} className="flex max-w-90 flex-col gap-4">
        <Field label="Present password" error={change.error ? readError(change.error).message : null}>
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="current-password"
              value={typed.current}
              onChange={(event) => setTyped({ ...typed, current: event.target.value })}
            />
          )}
        </Field>
        <Field
          label="New password"
          hint="At least 8 characters."
          error={checked && !parsed.success ? parsed.error.issues[0]?.message : null}
        >
          {(control) => (
            <Input
              {...control}
              type="password"
              autoComplete="new-password"
              value={typed.next}
              onChange={(event) => setTyped({ ...typed, next: event.target.value })}
            />
          )}
        </Field>
        <Button type="submit" busy={change.isPending} disabled={typed.current === ""} className="self-start">
          Change password
        </Button>
      </form>
    </SettingsBlock>
  );
}
