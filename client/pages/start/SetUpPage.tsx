import { useLocation } from "wouter";
import { changePerson } from "#client/hooks/useSignOut.ts";
import { trpc } from "#client/trpc.ts";
import { CredentialsForm } from "./CredentialsForm.tsx";
import { StartCard } from "./StartCard.tsx";

/** The first visit: a name, a password, and one is inside the demo workflow. */
export function SetUpPage() {
  const [, navigate] = useLocation();
  const setUp = trpc.auth.setUp.useMutation({
    onSuccess: async ({ workflowId }) => {
      navigate(`/workflows/${workflowId}`, { replace: true });
      await changePerson();
    },
  });
  return (
    <StartCard
      title="Welcome to AgentFlow"
      lead="You are the first one here, so you own this place. Everything stays on this machine."
    >
      <CredentialsForm
        isNew
        submitLabel="Open the demo workflow"
        busy={setUp.isPending || setUp.isSuccess}
        error={setUp.error}
        onSubmit={(credentials) => setUp.mutate(credentials)}
      />
    </StartCard>
  );
}
