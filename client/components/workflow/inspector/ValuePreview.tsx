import { useEffect, useState } from "react";
import { Button } from "#client/components/ui/Button.tsx";
import { showBytes } from "#client/components/ui/format.ts";
import { useWholeValue, whyNotLoaded } from "#client/hooks/useWholeValue.ts";
import type { JsonValue } from "#src/json.ts";
import { useGraph } from "../EditorContext.ts";
import { useLatestExecution, useLatestExecutionId } from "../LatestExecution.ts";
import { type Preview, previewOf } from "./preview.ts";
import { brief } from "./references.ts";

const quietMs = 250;

/** What a template gives with the values of the latest execution. Nothing while it has none, or no value for it. */
export function ValuePreview({ value }: { readonly value: JsonValue | undefined }) {
  const template = typeof value === "string" && value.includes("{{") ? value : null;
  const { preview, problem, load } = usePreview(template);
  if (problem !== null) {
    return <p role="alert" className="px-2 text-2xs text-danger">{`The values could not be loaded: ${problem}`}</p>;
  }
  if (preview === null) return null;
  if (preview.kind === "large") {
    return (
      <div className="flex items-center justify-between gap-2 rounded-xs bg-sunken py-0.5 pr-0.5 pl-2">
        <span className="text-2xs text-muted">{`Needs ${showBytes(preview.bytes)} of the last run`}</span>
        <Button size="sm" variant="ghost" onClick={load}>
          Load the preview
        </Button>
      </div>
    );
  }
  return (
    <p
      className="truncate rounded-xs bg-sunken px-2 py-1 font-mono text-2xs text-muted"
      title={preview.text.slice(0, 2_000)}
    >
      {brief(preview.text)}
    </p>
  );
}

function usePreview(template: string | null) {
  const graph = useGraph();
  const state = useLatestExecution();
  const executionId = useLatestExecutionId();
  const whole = useWholeValue(executionId);
  const [asked, setAsked] = useState<string | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  // Of another run, values are loaded when somebody asks again.
  const mayLoad = asked !== null && asked === executionId;
  useEffect(() => {
    setProblem(null);
    if (template === null || state === null) {
      setPreview(null);
      return;
    }
    let current = true;
    const timer = setTimeout(() => {
      previewOf(template, { graph, state, whole: mayLoad ? whole : null }).then(
        (found) => current && setPreview(found),
        (error: unknown) => current && setProblem(whyNotLoaded(error)),
      );
    }, quietMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [template, graph, state, whole, mayLoad]);
  return { preview, problem, load: () => setAsked(executionId) };
}
