import { useSetAtom } from "jotai";
import { useState, useSyncExternalStore } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { Dialog } from "#client/components/ui/Dialog.tsx";
import { changePerson } from "#client/hooks/useSignOut.ts";
import { openDocumentAtom } from "#client/stores/openDocument.ts";
import type { WorkflowDocument } from "#client/stores/workflowDocument.ts";
import { queryClient, trpc } from "#client/trpc.ts";
import type { Session } from "#src/schemas/workspace.ts";
import { type Credentials, CredentialsForm } from "./CredentialsForm.tsx";

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
  const [stranger, setStranger] = useState<string | null>(null);
  const submit = (credentials: Credentials) => {
    const isOwn = credentials.username.trim().toLowerCase() === before.profile.name.toLowerCase();
    // Somebody else cannot keep them: once is asked, the second time is meant.
    if (kept === 0 || isOwn || credentials.username === stranger) signIn.mutate(credentials);
    else setStranger(credentials.username);
  };
  const description =
    stranger === null || kept === 0
      ? messageOf(kept)
      : `Only ${before.profile.name} can keep ${kept === 1 ? "the edit" : `the ${kept} edits`} made here. Sign in as ${stranger} to leave ${kept === 1 ? "it" : "them"} behind.`;
  return (
    <Dialog open closable={false} onOpenChange={() => {}} title="You were signed out" description={description}>
      <CredentialsForm
        isNew={false}
        username={before.profile.name}
        submitLabel={stranger === null || kept === 0 ? "Sign in" : "Sign in without them"}
        busy={signIn.isPending}
        error={signIn.error}
        onSubmit={submit}
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
