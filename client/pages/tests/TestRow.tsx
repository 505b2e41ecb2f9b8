import { CircleDashed, Ellipsis, History, PencilLine, Play, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { showDuration } from "#client/canvas/duration.ts";
import { DifferenceList } from "#client/components/monitoring/DifferenceList.tsx";
import { IconButton } from "#client/components/ui/IconButton.tsx";
import { Input } from "#client/components/ui/Input.tsx";
import { Menu, type MenuEntry } from "#client/components/ui/Menu.tsx";
import { Select } from "#client/components/ui/Select.tsx";
import { StatusIcon } from "#client/components/ui/StatusIcon.tsx";
import { Time } from "#client/components/ui/Time.tsx";
import { useMay } from "#client/hooks/useSession.ts";
import type { TestCase, TestResult } from "#src/schemas/testCase.ts";
import type { TestChanges } from "./useTestChanges.ts";

export interface TestRowProps {
  readonly test: TestCase;
  readonly changes: TestChanges;
}

const modes = [
  { value: "exact", label: "Same output" },
  { value: "subset", label: "Contains the output" },
  { value: "status", label: "Same status" },
] as const;

/** One test: how it went the last time, what it expects, and the first difference when it failed. */
export function TestRow({ test, changes }: TestRowProps) {
  const { lastResult: result, lastRunAt } = test;
  const mayEdit = useMay("editor");
  const [renaming, setRenaming] = useState(false);
  const verdict = result === null ? "not run" : result.passed ? "passed" : "failed";
  return (
    <li data-test={verdict} className="px-4 py-2.5">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1">
        <Verdict result={result} />
        {renaming ? (
          <NameInput
            name={test.name}
            onDone={(name) => {
              setRenaming(false);
              if (name !== "") changes.update(test.id, { name });
            }}
          />
        ) : (
          <span className="min-w-0 flex-1 basis-48 truncate font-medium">{test.name}</span>
        )}
        {result && lastRunAt && (
          <span className="tabular hidden shrink-0 text-faint text-xs md:inline">
            {`${result.live.length} live, ${result.recorded.length} recorded · ${showDuration(result.durationMs)} · `}
            <Time at={lastRunAt} />
          </span>
        )}
        <span className="w-44 shrink-0">
          <Select
            aria-label="What is compared"
            value={test.mode}
            disabled={!mayEdit}
            onChange={(mode) => changes.update(test.id, { mode })}
            options={modes}
          />
        </span>
        <Actions test={test} changes={changes} onRename={() => setRenaming(true)} />
      </div>
      {result !== null && !result.passed && <Failure result={result} />}
    </li>
  );
}

function Verdict({ result }: { readonly result: TestResult | null }): ReactNode {
  if (result === null) return <CircleDashed role="img" aria-label="Not run yet" size={14} className="text-faint" />;
  return (
    <span role="img" aria-label={result.passed ? "Passed" : "Failed"} className="inline-flex">
      <StatusIcon decorative status={result.passed ? "succeeded" : "failed"} />
    </span>
  );
}

function NameInput({ name, onDone }: { readonly name: string; readonly onDone: (name: string) => void }) {
  const [draft, setDraft] = useState(name);
  return (
    <Input
      autoFocus
      aria-label="Name of the test"
      className="min-w-40 flex-1"
      maxLength={120}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => onDone(draft.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter") onDone(draft.trim());
        if (event.key === "Escape") onDone("");
      }}
    />
  );
}

interface ActionsProps extends TestRowProps {
  readonly onRename: () => void;
}

function Actions({ test, changes, onRename }: ActionsProps) {
  const [, navigate] = useLocation();
  const mayEdit = useMay("editor");
  const mayRun = useMay("operator");
  const entries: MenuEntry[] = [
    { label: "Open the run", icon: History, onSelect: () => navigate(`/runs/${test.sourceExecutionId}`) },
    ...(mayEdit
      ? [
          { label: "Rename", icon: PencilLine, onSelect: () => setTimeout(onRename, 0) },
          "separator" as const,
          { label: "Delete", icon: Trash2, danger: true, onSelect: () => changes.remove(test.id) },
        ]
      : []),
  ];
  return (
    <span className="flex shrink-0 items-center">
      {mayRun && (
        <IconButton
          icon={Play}
          label="Run this test"
          disabled={changes.running}
          onClick={() => changes.run([test.id])}
        />
      )}
      <Menu trigger={<IconButton icon={Ellipsis} label="More" />} entries={entries} />
    </span>
  );
}

const sides = ["Expected", "Received"] as const;

function Failure({ result }: { readonly result: TestResult }) {
  const [first] = result.differences;
  return (
    <div className="mt-1.5 flex flex-col gap-2 sm:ml-6.5">
      <p className="text-danger">{result.reason}</p>
      {first && (
        <DifferenceList
          title="First difference"
          comparison={{ differences: [first], more: result.differences.length - 1 }}
          sides={sides}
        />
      )}
    </div>
  );
}
