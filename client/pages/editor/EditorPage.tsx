import { useStore } from "jotai";
import { RotateCw } from "lucide-react";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useLocation } from "wouter";
import { Button } from "#client/components/ui/Button.tsx";
import { ErrorState } from "#client/components/ui/ErrorState.tsx";
import { Skeleton } from "#client/components/ui/Skeleton.tsx";
import { Editor } from "#client/components/workflow/Editor.tsx";
import { EditorContext } from "#client/components/workflow/EditorContext.ts";
import { InspectorSkeleton } from "#client/components/workflow/InspectorSkeleton.tsx";
import { type OpenEditor, openEditor } from "#client/components/workflow/openEditor.ts";
import { useMay } from "#client/hooks/useSession.ts";
import type { WorkflowDocument } from "#client/stores/workflowDocument.ts";
import { readError, trpc } from "#client/trpc.ts";

/** A workflow's canvas, shared with everybody who has it open. Mounted anew for another workflow. */
export function EditorPage({ workflowId }: { readonly workflowId: string }) {
  const [visit, setVisit] = useState(0);
  const workflow = trpc.workflows.get.useQuery({ id: workflowId }, { retry: false });
  const [, navigate] = useLocation();
  if (workflow.isError && workflow.data === undefined) {
    const error = readError(workflow.error);
    const isGone = error.code === "not_found";
    return (
      <ErrorState
        title={isGone ? "This workflow is not here" : "The workflow could not be loaded"}
        {...(isGone ? {} : { onRetry: () => void workflow.refetch(), requestId: error.requestId })}
        retrying={workflow.isFetching}
        actions={<Button onClick={() => navigate("/workflows")}>All workflows</Button>}
      >
        {error.message}
      </ErrorState>
    );
  }
  return <OpenWorkflow key={visit} workflowId={workflowId} onReload={() => setVisit(visit + 1)} />;
}

interface OpenWorkflowProps {
  readonly workflowId: string;
  readonly onReload: () => void;
}

function OpenWorkflow({ workflowId, onReload }: OpenWorkflowProps) {
  const store = useStore();
  const editable = useMay("editor");
  const [editor, setEditor] = useState<OpenEditor | null>(null);
  useEffect(() => {
    const opened = openEditor(workflowId, { editable, store });
    setEditor(opened);
    return () => {
      setEditor(null);
      opened.close();
    };
  }, [workflowId, editable, store]);
  if (editor === null) return <EditorSkeleton />;
  return (
    <EditorContext value={editor}>
      <LoadedEditor editor={editor} onReload={onReload} />
    </EditorContext>
  );
}

function LoadedEditor({ editor, onReload }: { readonly editor: OpenEditor; readonly onReload: () => void }) {
  const { subscribe, status } = editor.document;
  useReturn(editor.document);
  const kind = useSyncExternalStore(subscribe, () => status().kind);
  const now = status();
  if (now.kind === "refused") {
    return (
      <ErrorState
        title="Your copy of this workflow is not accepted any more"
        actions={
          <Button icon={RotateCw} variant="primary" onClick={onReload}>
            Load it anew
          </Button>
        }
      >
        {now.message}
      </ErrorState>
    );
  }
  return kind === "loading" ? <EditorSkeleton /> : <Editor />;
}

/** Connects again once somebody is signed in; another person gets another page. */
function useReturn(document: WorkflowDocument): void {
  const session = trpc.auth.status.useQuery(undefined, { staleTime: 60_000 }).data?.session ?? null;
  useEffect(() => {
    if (session !== null) document.resume();
  }, [session, document]);
}

function EditorSkeleton() {
  return (
    <div role="status" aria-label="Opening the workflow" className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-12 items-center gap-3 border-b px-4">
        <Skeleton className="h-4 w-48" />
        <Skeleton className="ml-auto h-7 w-24" />
      </div>
      <div className="flex flex-1">
        <div className="flex flex-1 items-center justify-center gap-12 bg-canvas">
          <Skeleton className="h-22 w-60 rounded-lg" />
          <Skeleton className="hidden h-22 w-60 rounded-lg md:block" />
        </div>
        <div className="hidden w-84 border-l md:block">
          <InspectorSkeleton />
        </div>
      </div>
    </div>
  );
}
