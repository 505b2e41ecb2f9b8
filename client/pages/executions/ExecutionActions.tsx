import {
  Clapperboard,
  Ellipsis,
  FlaskConical,
  GitCompare,
  PencilRuler,
  RotateCcw,
  RotateCw,
  Square,
} from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";
import { Button, ButtonLink } from "#client/components/ui/Button.tsx";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Menu, type MenuEntry } from "#client/components/ui/Menu.tsx";
import { useMay } from "#client/hooks/useSession.ts";
import { type ExecutionState, isEnded } from "#src/engine/state.ts";
import type { ExecutionDetail } from "#src/schemas/execution.ts";
import { ReplayDialog } from "./ReplayDialog.tsx";
import { useExecutionChanges } from "./useExecutionChanges.ts";
import { useKeepAsTest } from "./useKeepAsTest.ts";

export interface ExecutionActionsProps {
  readonly detail: ExecutionDetail;
  readonly state: ExecutionState;
}

/** What can be done with a run: stop it; once it is over, go on from where it failed, do it again, hold it against another. */
export function ExecutionActions({ detail, state }: ExecutionActionsProps) {
  const mayRun = useMay("operator");
  const { stop, retry, rerun } = useExecutionChanges(detail);
  const active = !isEnded(state);
  const broken = state.status === "failed" || state.status === "cancelled";
  return (
    <>
      <ButtonLink href={`/workflows/${detail.workflowId}`} icon={PencilRuler}>
        <span className="hidden lg:inline">Open editor</span>
        <span className="sr-only lg:hidden">Open editor</span>
      </ButtonLink>
      {mayRun && active && (
        <Button icon={Square} busy={stop.isPending || state.status === "cancelling"} onClick={stop.go}>
          Stop
        </Button>
      )}
      {mayRun && !active && (
        <Button
          variant={broken ? "secondary" : "primary"}
          icon={RotateCw}
          busy={rerun.isPending}
          onClick={() => rerun.go("newest")}
        >
          <span className={broken ? "hidden sm:inline" : ""}>Run again</span>
          {broken && <span className="sr-only sm:hidden">Run again</span>}
        </Button>
      )}
      {mayRun && broken && (
        <Button variant="primary" icon={RotateCcw} busy={retry.isPending} onClick={retry.go}>
          <span className="sm:hidden">Retry</span>
          <span className="hidden sm:inline">
            {state.status === "failed" ? "Retry from failed step" : "Go on from here"}
          </span>
        </Button>
      )}
      <MoreActions detail={detail} rerun={mayRun && !active ? () => rerun.go("same") : null} ended={!active} />
    </>
  );
}

interface MoreActionsProps {
  readonly detail: ExecutionDetail;
  /** Null: not for this person, or not yet. */
  readonly rerun: (() => void) | null;
  readonly ended: boolean;
}

function MoreActions({ detail, rerun, ended }: MoreActionsProps) {
  const [, navigate] = useLocation();
  const [replaying, setReplaying] = useState(false);
  const mayEdit = useMay("editor");
  const keep = useKeepAsTest(detail);
  const entries: MenuEntry[] = [
    ...(rerun === null
      ? []
      : [{ label: `Run again on version ${detail.versionNumber}`, icon: RotateCw, onSelect: rerun }]),
    {
      label: "Compare with another run …",
      icon: GitCompare,
      onSelect: () => navigate(`/runs?workflow=${detail.workflowId}&compare=${detail.id}`),
    },
    ...(ended && mayEdit ? [{ label: "Save as test case", icon: FlaskConical, onSelect: keep }] : []),
    ...(ended ? [{ label: "Replay without any call", icon: Clapperboard, onSelect: () => setReplaying(true) }] : []),
  ];
  return (
    <>
      <Menu trigger={<IconButton icon={Ellipsis} label="More" />} entries={entries} />
      {replaying && <ReplayDialog id={detail.id} onClose={() => setReplaying(false)} />}
    </>
  );
}
