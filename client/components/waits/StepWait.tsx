import { Hourglass, RadioTower, Stamp, Workflow } from "lucide-react";
import type { ReactNode } from "react";
import { CopyButton } from "#client/components/ui/CopyButton.tsx";
import { showMoment } from "#client/components/ui/format.ts";
import { useMay, useSession } from "#client/hooks/useSession.ts";
import { trpc } from "#client/trpc.ts";
import { assertNever } from "#src/errors.ts";
import { type Interrupt, mayAnswer } from "#src/schemas/interrupt.ts";
import { ApprovalForm } from "./ApprovalForm.tsx";
import { Deadline } from "./Deadline.tsx";
import { signalLine } from "./signalLine.ts";

interface StepWaitProps {
  readonly executionId: string;
  readonly stepKey: string;
  readonly attempt: number;
  readonly interrupt: Interrupt;
  /** A past moment is looked at: nothing can be done there. */
  readonly past: boolean;
}

/** What a step waits for, and what one can do about it. */
export function StepWait(props: StepWaitProps) {
  const { interrupt, executionId } = props;
  switch (interrupt.kind) {
    case "approval":
      return <Approval {...props} interrupt={interrupt} />;
    case "signal":
      return <Call executionId={executionId} name={interrupt.name} dueAt={interrupt.dueAt} />;
    case "time":
      return (
        <Waiting icon={<Hourglass aria-hidden size={15} />} title={`Goes on ${showMoment(interrupt.dueAt)}`}>
          <Deadline dueAt={interrupt.dueAt} past="Goes on now" />
        </Waiting>
      );
    case "execution":
      return (
        <Waiting icon={<Workflow aria-hidden size={15} />} title="Waits for the other workflow">
          <p className="text-muted text-sm">It goes on when that run ends.</p>
          {interrupt.dueAt !== null && <Deadline dueAt={interrupt.dueAt} past="Its time is over" />}
        </Waiting>
      );
    default:
      return assertNever(interrupt);
  }
}

function Waiting(props: { readonly icon: ReactNode; readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="flex flex-col gap-3 p-4">
      <h3 className="flex items-start gap-2 font-medium">
        <span className="mt-0.5 shrink-0 text-warning">{props.icon}</span>
        {props.title}
      </h3>
      {props.children}
    </div>
  );
}

function Approval({
  executionId,
  stepKey,
  attempt,
  interrupt,
  past,
}: StepWaitProps & { readonly interrupt: Extract<Interrupt, { kind: "approval" }> }) {
  const { role, profile } = useSession();
  const isAsked = mayAnswer(interrupt, { role, profileId: profile.id });
  const asked = useAsked(interrupt, !isAsked);
  const refusal = past ? "This is how it was then." : isAsked ? null : `${asked} can answer this.`;
  return (
    <Waiting icon={<Stamp aria-hidden size={15} />} title={interrupt.title}>
      {interrupt.dueAt !== null && !past && <Deadline dueAt={interrupt.dueAt} past="The deadline has passed" />}
      <div className="max-w-160">
        <ApprovalForm
          executionId={executionId}
          stepKey={stepKey}
          attempt={attempt}
          fields={interrupt.fields}
          body={interrupt.body}
          refusal={refusal}
        />
      </div>
    </Waiting>
  );
}

const roleWords = { operator: "Operators, editors and owners", editor: "Editors and owners", owner: "Owners" } as const;

/** Who may answer, in words. */
function useAsked({ who }: Extract<Interrupt, { kind: "approval" }>, wanted: boolean): string {
  const named = who.profileIds.length > 0;
  const members = trpc.workspaces.members.useQuery(undefined, { enabled: wanted && named });
  if (!named) return roleWords[who.role];
  const names = members.data?.items.flatMap(({ profileId, name }) =>
    who.profileIds.includes(profileId) ? [name] : [],
  );
  return names === undefined || names.length === 0 ? "Somebody else" : new Intl.ListFormat("en").format(names);
}

function Call(props: { readonly executionId: string; readonly name: string; readonly dueAt: number | null }) {
  const { executionId, name, dueAt } = props;
  const mayCall = useMay("operator");
  const line = signalLine(location.origin, executionId, name);
  return (
    <Waiting icon={<RadioTower aria-hidden size={15} />} title={`Waits for a call of “${name}”`}>
      {dueAt !== null && <Deadline dueAt={dueAt} past="The deadline has passed" />}
      <p className="text-muted text-sm">
        {mayCall
          ? "Another system goes on with this run by calling:"
          : "An operator, or a system that acts as one, calls:"}
      </p>
      <div className="flex items-start gap-1 rounded-sm border bg-sunken p-2">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line scrolls sideways; the keyboard must reach it */}
        <pre tabIndex={0} className="min-w-0 flex-1 select-text overflow-x-auto font-mono text-xs">
          {line}
        </pre>
        <CopyButton label="Copy the call" text={() => line} />
      </div>
    </Waiting>
  );
}
