import { useSetAtom } from "jotai";
import { PanelRight, Play, Square } from "lucide-react";
import { Link } from "wouter";
import { Button } from "#client/components/ui/Button.tsx";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { useNarrow } from "#client/hooks/useNarrow.ts";
import { useMay } from "#client/hooks/useSession.ts";
import { inspectorSheetAtom } from "#client/stores/editor.ts";
import type { Visitor } from "#client/stores/presence.ts";
import { useEditor } from "./EditorContext.ts";
import { People } from "./People.tsx";
import { ProblemList } from "./ProblemList.tsx";
import { SaveState } from "./SaveState.tsx";
import { WorkflowName } from "./WorkflowName.tsx";

interface TopBarProps {
  readonly visitors: readonly Visitor[];
  readonly running: boolean;
  readonly starting: boolean;
  readonly onRun: () => void;
  readonly onStop: () => void;
  readonly problemsOpen: boolean;
  readonly onProblems: (open: boolean) => void;
}

export function TopBar(props: TopBarProps) {
  const { workflowId, actions } = useEditor();
  const mayRun = useMay("operator");
  const openSheet = useSetAtom(inspectorSheetAtom);
  const narrow = useNarrow();
  const keys = narrow ? {} : { shortcut: "mod+Enter" };
  return (
    <header className="grid shrink-0 grid-cols-[minmax(0,1fr)_auto] grid-rows-[3rem] items-center gap-x-2 border-b bg-surface px-2.5 md:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)]">
      <div className="flex min-w-0 items-center gap-2">
        <WorkflowName />
        {actions === null ? <span className="shrink-0 text-faint text-xs">view only</span> : <SaveState />}
      </div>
      <nav
        aria-label="Views of the workflow"
        className="order-last col-span-2 mb-1.5 flex items-center gap-0.5 rounded-sm bg-sunken p-0.5 md:order-none md:col-span-1 md:mb-0"
      >
        <span aria-current="page" className={`${tab} bg-raised text-text shadow-[0_0_0_1px_var(--line)]`}>
          Editor
        </span>
        <Link href={`/workflows/${workflowId}/runs`} className={`${tab} text-muted hover:text-text`}>
          Runs
        </Link>
        <Link href={`/workflows/${workflowId}/tests`} className={`${tab} text-muted hover:text-text`}>
          Tests
        </Link>
        <Link href={`/workflows/${workflowId}/schedules`} className={`${tab} text-muted hover:text-text`}>
          Schedules
        </Link>
      </nav>
      <div className="flex min-w-0 items-center justify-end gap-2">
        <People visitors={props.visitors} />
        <ProblemList open={props.problemsOpen} onOpenChange={props.onProblems} />
        <IconButton icon={PanelRight} label="Settings" className="md:hidden" onClick={() => openSheet(true)} />
        {props.running ? (
          <Button icon={Square} {...keys} disabled={!mayRun} onClick={props.onStop}>
            Stop
          </Button>
        ) : (
          <Button
            variant="primary"
            icon={Play}
            {...keys}
            busy={props.starting}
            disabled={!mayRun}
            title={mayRun ? undefined : "Your role may look, not run"}
            onClick={props.onRun}
          >
            Run
          </Button>
        )}
      </div>
    </header>
  );
}

const tab =
  "inline-flex h-7 flex-1 items-center justify-center rounded-xs px-3 font-medium text-xs transition-colors md:flex-none";
