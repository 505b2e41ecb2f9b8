import { changePerson } from "#client/hooks/useSignOut.ts";
import { trpc } from "#client/trpc.ts";
import { CredentialsForm } from "./CredentialsForm.tsx";
import { StartCard } from "./StartCard.tsx";

/** Shown at whatever path one asked for: after signing in, that page is there. */
export function SignInPage() {
  const signIn = trpc.auth.signIn.useMutation({ onSuccess: changePerson });
  return (
    <StartCard title="Sign in to AgentFlow" lead="With the name and password you chose.">
      <CredentialsForm
        isNew={false}
        submitLabel="Sign in"
        busy={signIn.isPending}
        error={signIn.error}
        onSubmit={(credentials) => signIn.mutate(credentials)}
      >
        <p className="text-center text-faint text-xs">No account? Ask the owner for an invitation link.</p>
      </CredentialsForm>
    </StartCard>
  );
}
