import { useLocation } from "wouter";
import { ButtonLink } from "#client/components/ui/Button.tsx";
import { Skeleton } from "#client/components/ui/Skeleton.tsx";
import { changePerson } from "#client/hooks/useSignOut.ts";
import { readError, trpc } from "#client/trpc.ts";
import { roleLabels } from "../settings/roleLabels.ts";
import { CredentialsForm, FormError } from "./CredentialsForm.tsx";
import { StartCard } from "./StartCard.tsx";

/** `/join/:token`: an invitation that the owner gave. */
export function JoinPage({ token }: { readonly token: string }) {
  const [, navigate] = useLocation();
  const invitation = trpc.auth.invitation.useQuery({ token }, { retry: false });
  const signUp = trpc.auth.signUp.useMutation({
    onSuccess: async () => {
      navigate("/workflows", { replace: true });
      await changePerson();
    },
  });
  if (invitation.isPending) {
    return (
      <StartCard title="Your invitation" lead="One moment.">
        <div role="status" aria-label="Loading" className="flex flex-col gap-4">
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
          <Skeleton className="h-10" />
        </div>
      </StartCard>
    );
  }
  if (invitation.isError) {
    return (
      <StartCard title="This invitation cannot be used" lead="A link works once and for seven days. Ask for a new one.">
        <div className="flex flex-col gap-4">
          <FormError error={readError(invitation.error)} />
          <ButtonLink href="/sign-in" className="w-full">
            I have an account: sign in
          </ButtonLink>
        </div>
      </StartCard>
    );
  }
  const { workspaceName, role } = invitation.data;
  return (
    <StartCard
      title={`Join ${workspaceName}`}
      lead={`You are invited as ${roleLabels[role].label.toLowerCase()}: ${roleLabels[role].may}.`}
    >
      <CredentialsForm
        isNew
        submitLabel="Join"
        busy={signUp.isPending}
        error={signUp.error}
        onSubmit={(credentials) => signUp.mutate({ token, ...credentials })}
      />
    </StartCard>
  );
}
