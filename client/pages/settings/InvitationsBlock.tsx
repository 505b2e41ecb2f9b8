import { Link2, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "#client/components/ui/Badge.tsx";
import { Button } from "#client/components/ui/Button.tsx";
import { CopyButton } from "#client/components/ui/CopyButton.tsx";
import { Dialog } from "#client/components/ui/Dialog.tsx";
import { Field } from "#client/components/ui/Field.tsx";
import { showDate } from "#client/components/ui/format.ts";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { Select } from "#client/components/ui/Select.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { type RouterOutputs, readError, trpc } from "#client/trpc.ts";
import type { Role } from "#src/schemas/workspace.ts";
import { QueryStates } from "./QueryStates.tsx";
import { roleLabels } from "./roleLabels.ts";
import { roleOptions } from "./roleOptions.ts";
import { SettingsBlock, SettingsRow, SettingsRows } from "./SettingsBlock.tsx";

type Invitation = RouterOutputs["workspaces"]["invitations"]["items"][number];

export function InvitationsBlock() {
  const invitations = trpc.workspaces.invitations.useQuery();
  const [inviting, setInviting] = useState(false);
  return (
    <SettingsBlock
      title="Invitations"
      lead="A link works once and for seven days."
      aside={
        <Button icon={Link2} onClick={() => setInviting(true)}>
          Invite
        </Button>
      }
    >
      <QueryStates query={invitations} what="the invitations">
        {({ items }) =>
          items.length === 0 ? (
            <p className="rounded-lg border border-dashed px-4 py-6 text-center text-faint">
              Nobody is invited right now.
            </p>
          ) : (
            <SettingsRows>
              {items.map((invitation) => (
                <InvitationRow key={invitation.id} invitation={invitation} />
              ))}
            </SettingsRows>
          )
        }
      </QueryStates>
      {inviting && <InviteDialog onClose={() => setInviting(false)} />}
    </SettingsBlock>
  );
}

function InvitationRow({ invitation }: { readonly invitation: Invitation }) {
  const { workspaces } = trpc.useUtils();
  const revoke = trpc.workspaces.revokeInvitation.useMutation({
    onSuccess: () => toast.success("Invitation revoked"),
    onError: (error) => toast.error("The invitation was not revoked", { description: readError(error).message }),
    onSettled: () => workspaces.invitations.invalidate(),
  });
  const expires = Date.parse(invitation.expiresAt);
  const isOpen = invitation.usedAt === null && expires > Date.now();
  return (
    <SettingsRow>
      <span className="min-w-0 flex-1">
        <span className="font-medium">{roleLabels[invitation.role].label}</span>
        <span className="ml-2 text-faint text-xs">{`until ${showDate(expires)}`}</span>
      </span>
      <Badge tone={isOpen ? "accent" : "neutral"}>
        {isOpen ? "Open" : invitation.usedAt === null ? "Expired" : "Used"}
      </Badge>
      {isOpen && (
        <IconButton icon={Trash2} label="Revoke the invitation" onClick={() => revoke.mutate({ id: invitation.id })} />
      )}
    </SettingsRow>
  );
}

function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const [role, setRole] = useState<Role>("editor");
  const { workspaces } = trpc.useUtils();
  const invite = trpc.workspaces.invite.useMutation({ onSuccess: () => workspaces.invitations.invalidate() });
  const link = invite.data ? `${location.origin}/join/${invite.data.token}` : null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={link ? "Send them this link" : "Invite somebody"}
      description={
        link
          ? "It is shown only now. Whoever opens it first can join."
          : "Choose what they may do; you can change it later."
      }
      actions={
        link ? (
          <Button variant="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button variant="primary" busy={invite.isPending} onClick={() => invite.mutate({ role })}>
              Make a link
            </Button>
          </>
        )
      }
    >
      {link ? (
        <div className="flex items-center gap-2">
          <Input readOnly aria-label="Invitation link" value={link} onFocus={(event) => event.target.select()} />
          <CopyButton size="md" label="Copy the link" text={() => link} />
        </div>
      ) : (
        <Field label="Role" error={invite.error ? readError(invite.error).message : null}>
          {(control) => <Select {...control} value={role} onChange={setRole} options={roleOptions} />}
        </Field>
      )}
    </Dialog>
  );
}
