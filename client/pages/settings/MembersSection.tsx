import { UserMinus } from "lucide-react";
import { useState } from "react";
import { Avatar } from "#client/components/ui/Avatar.tsx";
import { Badge } from "#client/components/ui/Badge.tsx";
import { ConfirmDialog } from "#client/components/ui/Dialog.tsx";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Select } from "#client/components/ui/Select.tsx";
import { Time } from "#client/components/ui/Time.tsx";
import { toast } from "#client/components/ui/Toast.tsx";
import { useMay, useSession } from "#client/hooks/useSession.ts";
import { readError, trpc } from "#client/trpc.ts";
import type { Member } from "#src/schemas/workspace.ts";
import { InvitationsBlock } from "./InvitationsBlock.tsx";
import { QueryStates } from "./QueryStates.tsx";
import { roleLabels } from "./roleLabels.ts";
import { roleOptions } from "./roleOptions.ts";
import { SettingsBlock, SettingsRow, SettingsRows } from "./SettingsBlock.tsx";

export function MembersSection() {
  const members = trpc.workspaces.members.useQuery();
  const isOwner = useMay("owner");
  const [leaving, setLeaving] = useState<Member | null>(null);
  return (
    <>
      <SettingsBlock title="Members" lead="Each role may do what the ones before it may.">
        <QueryStates query={members} what="the members">
          {({ items }) => (
            <SettingsRows>
              {items.map((member) => (
                <MemberRow key={member.profileId} member={member} isOwner={isOwner} onRemove={setLeaving} />
              ))}
            </SettingsRows>
          )}
        </QueryStates>
      </SettingsBlock>
      {isOwner && <InvitationsBlock />}
      <RemoveDialog member={leaving} onClose={() => setLeaving(null)} />
    </>
  );
}

interface MemberRowProps {
  readonly member: Member;
  readonly isOwner: boolean;
  readonly onRemove: (member: Member) => void;
}

function MemberRow({ member, isOwner, onRemove }: MemberRowProps) {
  const { profile } = useSession();
  const { workspaces } = trpc.useUtils();
  const setRole = trpc.workspaces.setRole.useMutation({
    onSuccess: () => toast.success(`${member.name}’s role changed`),
    onError: (error) => toast.error("The role was not changed", { description: readError(error).message }),
    onSettled: () => workspaces.members.invalidate(),
  });
  const isSelf = member.profileId === profile.id;
  return (
    <SettingsRow>
      <Avatar name={member.name} size={28} />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2 truncate font-medium">
          {member.name}
          {isSelf && <Badge>You</Badge>}
        </p>
        <p className="text-faint text-xs">
          Joined <Time at={member.joinedAt} />
        </p>
      </div>
      {isOwner && !isSelf ? (
        <>
          <Select
            aria-label={`Role of ${member.name}`}
            className="w-28!"
            value={member.role}
            options={roleOptions}
            disabled={setRole.isPending}
            onChange={(role) => setRole.mutate({ profileId: member.profileId, role })}
          />
          <IconButton icon={UserMinus} label={`Remove ${member.name}`} onClick={() => onRemove(member)} />
        </>
      ) : (
        <span className="text-muted">{roleLabels[member.role].label}</span>
      )}
    </SettingsRow>
  );
}

function RemoveDialog({ member, onClose }: { readonly member: Member | null; readonly onClose: () => void }) {
  const { workspaces } = trpc.useUtils();
  const remove = trpc.workspaces.removeMember.useMutation({
    onSuccess: () => toast.success("Member removed"),
    onError: (error) => toast.error("The member was not removed", { description: readError(error).message }),
    onSettled: () => {
      onClose();
      return workspaces.members.invalidate();
    },
  });
  return (
    <ConfirmDialog
      open={member !== null}
      onOpenChange={(open) => !open && onClose()}
      title={`Remove ${member?.name ?? "this member"}?`}
      description="Their sessions and open editors end at once. What they made stays. To come back they need a new invitation."
      confirmLabel="Remove"
      busy={remove.isPending}
      onConfirm={() => member && remove.mutate({ profileId: member.profileId })}
    />
  );
}
