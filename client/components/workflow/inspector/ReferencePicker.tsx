import { Braces } from "lucide-react";
import { Popover } from "radix-ui";
import { useMemo, useState } from "react";
import { classes } from "#client/components/ui/classes.ts";
import { useEditor, useGraph } from "../EditorContext.ts";
import { useLatestExecution } from "../LatestExecution.ts";
import { brief, type ReferenceChoice, referenceChoices } from "./references.ts";

export function useReferences(nodeId: string): readonly ReferenceChoice[] {
  const { definitions } = useEditor();
  const graph = useGraph();
  const state = useLatestExecution();
  return useMemo(() => referenceChoices({ graph, definitions, state }, nodeId), [graph, definitions, state, nodeId]);
}

interface ReferencePickerProps {
  readonly nodeId: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly onPick: (path: string) => void;
}

/** What upstream steps put out, with their last values. Opened by its button, or by typing `{{` in the field. */
export function ReferencePicker({ nodeId, open, onOpenChange, onPick }: ReferencePickerProps) {
  return (
    <Popover.Root open={open} onOpenChange={onOpenChange}>
      <Popover.Trigger
        aria-label="Insert a reference"
        title="Insert the output of another step"
        className="-my-1 flex size-6 items-center justify-center rounded-xs text-faint hover:bg-hover hover:text-text data-[state=open]:bg-hover data-[state=open]:text-text"
      >
        <Braces aria-hidden size={13} />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label="References"
          onCloseAutoFocus={(event) => event.preventDefault()}
          className="z-50 w-76 animate-in overflow-hidden rounded-md bg-raised shadow-float outline-none"
        >
          <ReferenceList
            nodeId={nodeId}
            onPick={(path) => {
              onOpenChange(false);
              onPick(path);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function ReferenceList({ nodeId, onPick }: Pick<ReferencePickerProps, "nodeId" | "onPick">) {
  const choices = useReferences(nodeId);
  const [search, setSearch] = useState("");
  const [active, setActive] = useState(0);
  const found = choices.filter(({ path, label, group }) =>
    `${path} ${label} ${group}`.toLowerCase().includes(search.toLowerCase().trim()),
  );
  return (
    <>
      <input
        // biome-ignore lint/a11y/noAutofocus: the list is opened to choose from it
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={`${nodeId}-references`}
        aria-activedescendant={found[active] ? `${nodeId}-reference-${active}` : undefined}
        aria-label="Search references"
        placeholder="Search what came before"
        spellCheck={false}
        value={search}
        onChange={(event) => {
          setSearch(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          const moves: Readonly<Record<string, number>> = { ArrowDown: active + 1, ArrowUp: active - 1 };
          const to = moves[event.key];
          if (to !== undefined) setActive(Math.max(0, Math.min(found.length - 1, to)));
          else if (event.key === "Enter" && found[active]) onPick(found[active].path);
          else return;
          event.preventDefault();
        }}
        className="h-9 w-full border-b bg-transparent px-3 text-sm outline-none"
      />
      <div id={`${nodeId}-references`} role="listbox" aria-label="References" className="max-h-72 overflow-y-auto p-1">
        {found.map((choice, index) => (
          <div key={choice.path}>
            {choice.group !== found[index - 1]?.group && (
              <div aria-hidden className="px-2 pt-2 pb-1 font-medium text-2xs text-faint">
                {choice.group}
              </div>
            )}
            {/* biome-ignore lint/a11y/useKeyWithClickEvents: the search field handles the keys of its list */}
            <div
              id={`${nodeId}-reference-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              onPointerMove={() => setActive(index)}
              onClick={() => onPick(choice.path)}
              title={choice.path}
              className={classes(
                "flex h-7 select-none items-center gap-2 rounded-sm px-2",
                choice.depth > 0 && "pl-5",
                index === active && "bg-hover",
              )}
            >
              <code className="shrink-0 text-text text-xs">{choice.path.split(".").at(-1)}</code>
              <span className="min-w-0 flex-1 truncate text-right text-2xs text-faint">
                {choice.last === undefined ? "" : brief(choice.last)}
              </span>
            </div>
          </div>
        ))}
        {found.length === 0 && (
          <p className="px-3 py-6 text-center text-faint text-xs">Nothing came before this step.</p>
        )}
      </div>
    </>
  );
}
