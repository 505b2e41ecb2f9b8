import { useAtom, useAtomValue } from "jotai";
import { Play } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { whenIdle } from "#client/hooks/lazyPart.tsx";
import { useCommands } from "#client/hooks/useCommands.ts";
import { useNarrow } from "#client/hooks/useNarrow.ts";
import { RunHeardContext } from "#client/hooks/useRunNow.ts";
import { useMay } from "#client/hooks/useSession.ts";
import { editorOverlayAtom, inspectorSheetAtom, outlineAtom } from "#client/stores/editor.ts";
import { inputForm } from "#src/agents/input/form.ts";
import { EditorCanvas } from "./EditorCanvas.tsx";
import { useEditor, useGraph } from "./EditorContext.ts";
import { EditorKeys } from "./EditorKeys.tsx";
import { InspectorSkeleton } from "./InspectorSkeleton.tsx";
import { LatestExecutionContext, LatestExecutionIdContext } from "./LatestExecution.ts";
import { Inspector, Outline, preloadParts, RunForm, RunPanel, RunStepDialog, Sheet } from "./parts.ts";
import { TopBar } from "./TopBar.tsx";
import { useVisitors } from "./useVisitors.ts";
import { useWorkflowRuns } from "./useWorkflowRuns.ts";

/** The editor of one open workflow: top bar, canvas, inspector, run panel. */
export function Editor() {
  const { workflowId, diagnostics } = useEditor();
  const { document } = useEditor();
  const narrow = useNarrow();
  const visitors = useVisitors();
  const runs = useWorkflowRuns();
  const [overlay, setOverlay] = useAtom(editorOverlayAtom);
  const [sheet, setSheet] = useAtom(inspectorSheetAtom);
  const outline = useAtomValue(outlineAtom);
  const [problemsOpen, setProblemsOpen] = useState(false);
  const drawn = useAfterCanvas();

  const { start, stop, running, starting } = runs;
  const justEnded = useJustEnded(running);
  const run = useCallback(() => {
    if (justEnded()) return;
    // What is wrong is on the list; a run would only answer the same.
    if (diagnostics.read().some((each) => each.severity === "error")) setProblemsOpen(true);
    else if (inputForm(document.reader.read().graph).length > 0) setOverlay({ kind: "runForm" });
    else void start(undefined);
  }, [diagnostics, document, justEnded, setOverlay, start]);
  const close = () => setOverlay({ kind: "none" });
  useRunCommand(running ? stop : run, running ? "Stop the run" : "Run", !starting && overlay.kind !== "runForm");

  return (
    <LatestExecutionContext value={runs.state}>
      <LatestExecutionIdContext value={runs.watchedId}>
        <RunHeardContext value={runs.connection !== "reconnecting"}>
          <div className="flex min-h-0 flex-1 flex-col">
            <TopBar
              visitors={visitors.visitors}
              running={running}
              starting={starting}
              onRun={run}
              onStop={stop}
              problemsOpen={problemsOpen}
              onProblems={setProblemsOpen}
            />
            <div className="flex min-h-0 flex-1">
              <div className="flex min-w-0 flex-1 flex-col">
                <div className="relative min-h-0 flex-1">
                  <EditorCanvas visitors={visitors} drawn={drawn} />
                  {outline && <Outline />}
                </div>
                {runs.shown !== null && runs.state !== null && <RunPanel runs={runs} />}
              </div>
              {narrow ? (
                drawn && (
                  <Sheet open={sheet} onOpenChange={setSheet} title="Settings">
                    <Inspector fallback={<InspectorSkeleton />} />
                  </Sheet>
                )
              ) : (
                <aside
                  data-inspector
                  aria-label="Inspector"
                  className="flex w-84 shrink-0 flex-col border-l bg-surface"
                >
                  {drawn ? <Inspector fallback={<InspectorSkeleton />} /> : <InspectorSkeleton />}
                </aside>
              )}
            </div>
          </div>
          <EditorKeys />
          {overlay.kind === "runStep" && <RunStepDialog nodeId={overlay.nodeId} onClose={close} onMissing={close} />}
          {overlay.kind === "runForm" && (
            <RunFormOfGraph
              workflowId={workflowId}
              busy={starting}
              onClose={close}
              onMissing={close}
              onRun={async (input) => {
                if (await start(input)) close();
              }}
            />
          )}
        </RunHeardContext>
      </LatestExecutionIdContext>
    </LatestExecutionContext>
  );
}

/** False until the canvas is on screen: then come the rest of the editor and the first check of the workflow. */
function useAfterCanvas(): boolean {
  const { diagnostics } = useEditor();
  const [drawn, setDrawn] = useState(false);
  useEffect(
    () =>
      whenIdle(() => {
        setDrawn(true);
        // Without it a run is checked by the server all the same.
        diagnostics.begin().catch(() => {});
        preloadParts();
      }),
    [diagnostics],
  );
  return drawn;
}

/** Stop and Run are one button: for this long after a run ended, a press was still meant for Stop. */
const stopMeantMs = 800;

function useJustEnded(running: boolean): () => boolean {
  const endedAt = useRef(Number.NEGATIVE_INFINITY);
  useLayoutEffect(() => {
    if (!running) return;
    return () => {
      endedAt.current = performance.now();
    };
  }, [running]);
  return useCallback(() => performance.now() - endedAt.current < stopMeantMs, []);
}

type RunFormOfGraphProps = Omit<Parameters<typeof RunForm>[0], "fields">;

function RunFormOfGraph(props: RunFormOfGraphProps) {
  const graph = useGraph();
  const fields = useMemo(() => inputForm(graph), [graph]);
  return <RunForm {...props} fields={fields} />;
}

function useRunCommand(run: () => void, label: string, enabled: boolean): void {
  const may = useMay("operator");
  const commands = useMemo(
    () => [
      {
        id: "workflow.run",
        label,
        group: "Workflow",
        icon: Play,
        shortcut: "mod+Enter",
        whileTyping: true,
        enabled: enabled && may,
        run,
      },
    ],
    [run, label, enabled, may],
  );
  useCommands(commands);
}
