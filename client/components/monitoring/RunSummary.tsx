import { Coins, GitCommitVertical, Timer, Wallet } from "lucide-react";
import type { ReactNode } from "react";
import { showDuration } from "#client/canvas/duration.ts";
import type { WatchedExecution } from "#client/hooks/useExecution.ts";
import { useRunNow } from "#client/hooks/useRunNow.ts";
import { type ExecutionState, isEnded } from "#src/engine/state.ts";
import { showCount } from "../ui/format.ts";
import { StatusLabel } from "../ui/StatusIcon.tsx";
import { showSpent } from "./budgetWords.ts";
import { totalUsage } from "./steps.ts";

export interface RunSummaryProps {
  readonly state: ExecutionState;
  readonly connection: WatchedExecution["connection"];
  /** Number of the pinned version, when known. */
  readonly version?: number;
}

/** One line: status, duration, tokens, version; ticks while the execution runs. */
export function RunSummary({ state, connection, version }: RunSummaryProps) {
  const now = useRunNow(!isEnded(state) && connection !== "reconnecting");
  const from = state.startedAt ?? state.createdAt;
  const usage = totalUsage(state);
  return (
    <div className="flex min-w-0 items-center gap-3 text-xs">
      <span className="font-medium text-sm">
        <StatusLabel status={state.status} />
      </span>
      {from !== null && (
        <Fact icon={<Timer aria-hidden size={12} />} label="Duration">
          {showDuration(Math.max(0, (state.endedAt ?? now) - from))}
        </Fact>
      )}
      {usage && (
        <Fact
          icon={<Coins aria-hidden size={12} />}
          label={`${usage.inputTokens} tokens in, ${usage.outputTokens} out`}
        >
          {`${showCount(usage.inputTokens + usage.outputTokens)} tok`}
        </Fact>
      )}
      {state.spent.dollars > 0 && (
        <span className="hidden sm:contents">
          <Fact icon={<Wallet aria-hidden size={12} />} label="Cost by the models' list prices, in US dollars">
            {showSpent("dollars", state.spent.dollars)}
          </Fact>
        </span>
      )}
      {version !== undefined && (
        <Fact icon={<GitCommitVertical aria-hidden size={12} />} label="Version">{`v${version}`}</Fact>
      )}
      {connection === "reconnecting" && (
        <span role="status" className="truncate text-warning">
          reconnecting …
        </span>
      )}
    </div>
  );
}

function Fact({
  icon,
  label,
  children,
}: {
  readonly icon: ReactNode;
  readonly label: string;
  readonly children: string;
}) {
  return (
    <span title={label} className="tabular inline-flex items-center gap-1 whitespace-nowrap text-faint">
      {icon}
      {children}
    </span>
  );
}
