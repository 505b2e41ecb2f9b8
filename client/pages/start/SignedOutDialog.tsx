import { useSetAtom } from "jotai";
import { useSyncExternalStore } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { Dialog } from "#client/components/ui/Dialog.tsx";
import { changePerson } from "#client/hooks/useSignOut.ts";
import { openDocumentAtom } from "#client/stores/openDocument.ts";
import type { WorkflowDocument } from "#client/stores/workflowDocument.ts";
import { queryClient, trpc } from "#client/trpc.ts";
import type { Session } from "#src/schemas/workspace.ts";
import { CredentialsForm } from "./CredentialsForm.tsx";

interface SignedOutDialogProps {
  /** Who was signed in: only that person's sign-in sends the edits. */
  readonly before: Session;
  readonly document: WorkflowDocument;
}

/** A session that ended elsewhere, over an open workflow: signing in goes on where one was. */
export function SignedOutDialog({ before, document }: SignedOutDialogProps) {
  const leave = useSetAtom(openDocumentAtom);
  const kept = useSyncExternalStore(document.subscribe, () => keptEdits(document));
  const signIn = trpc.auth.signIn.useMutation({
    onSuccess: ({ session }) => (isSamePerson(session, before) ? queryClient.invalidateQueries() : changePerson()),
  });
  return (
    <Dialog open closable={false} onOpenChange={() => {}} title="You were signed out" description={messageOf(kept)}>
      <CredentialsForm
        isNew={false}
        username={before.profile.name}
        submitLabel="Sign in"
        busy={signIn.isPending}
        error={signIn.error}
        onSubmit={(credentials) => signIn.mutate(credentials)}
      >
        <Button onClick={() => leave(null)}>{kept === 0 ? "Leave this workflow" : "Leave without them"}</Button>
      </CredentialsForm>
    </Dialog>
  );
}

export const isSamePerson = (a: Session, b: Session): boolean =>
  a.profile.id === b.profile.id && a.workspace.id === b.workspace.id;

function keptEdits(document: WorkflowDocument): number {
  const status = document.status();
  return "kept" in status ? status.kept : 0;
}

function messageOf(kept: number): string {
  if (kept === 0) return "You were signed out. Sign in to go on.";
  return `You were signed out. Sign in to keep your ${kept === 1 ? "edit" : `${kept} edits`}.`;
}
