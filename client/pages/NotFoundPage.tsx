import { Compass } from "lucide-react";
import { PageHeader } from "../components/shell/PageHeader.tsx";
import { ButtonLink } from "../components/ui/Button.tsx";
import { EmptyState } from "../components/ui/EmptyState.tsx";

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="Not found" />
      <EmptyState
        icon={Compass}
        title="There is no page here"
        actions={<ButtonLink href="/workflows">Go to workflows</ButtonLink>}
      >
        The address may be mistyped, or what it showed was deleted.
      </EmptyState>
    </>
  );
}
