import type { JsonValue } from "#src/json.ts";
import type { ValueComparison, ValueDifference } from "#src/schemas/comparison.ts";
import { JsonTree } from "../ui/JsonTree.tsx";
import { wordDiff } from "./wordDiff.ts";

export interface DifferenceListProps {
  readonly title: string;
  readonly comparison: ValueComparison;
  /** What the two sides are called. */
  readonly sides: readonly [string, string];
}

/** Where two values differ: each place with its path and both sides; texts word by word. Nothing when they are the same. */
export function DifferenceList({ title, comparison, sides }: DifferenceListProps) {
  const { differences, more } = comparison;
  if (differences.length === 0) return null;
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h3 className="font-medium text-faint text-xs">{title}</h3>
      {differences.map((difference) => (
        <Difference key={difference.path} difference={difference} sides={sides} />
      ))}
      {more > 0 && <p className="text-faint text-xs">{`${more} more places differ.`}</p>}
    </section>
  );
}

function Difference({
  difference,
  sides,
}: { readonly difference: ValueDifference } & Pick<DifferenceListProps, "sides">) {
  const { path, before, after } = difference;
  const pieces = typeof before === "string" && typeof after === "string" ? wordDiff(before, after) : null;
  return (
    <div className="overflow-hidden rounded-md border">
      {path !== "" && (
        <p className="select-text border-b bg-sunken px-2.5 py-1 font-mono text-2xs text-muted">{path}</p>
      )}
      {pieces === null ? (
        <div className="grid sm:grid-cols-2">
          <Side name={sides[0]} value={before} tone="bg-danger-soft" />
          <Side name={sides[1]} value={after} tone="bg-success-soft" />
        </div>
      ) : (
        <p className="select-text whitespace-pre-wrap break-words p-2.5 text-sm leading-5">
          {pieces.map(({ kind, text }, index) => {
            // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
            if (kind === "same") return <span key={index}>{text}</span>;
            return kind === "before" ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
              <del key={index} className="rounded-xs bg-danger-soft text-danger">
                {text}
              </del>
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no identity but their place
              <ins key={index} className="rounded-xs bg-success-soft text-success no-underline">
                {text}
              </ins>
            );
          })}
        </p>
      )}
    </div>
  );
}

interface SideProps {
  readonly name: string;
  readonly value: JsonValue | undefined;
  readonly tone: string;
}

function Side({ name, value, tone }: SideProps) {
  return (
    <div className={`min-w-0 p-2.5 ${tone}`}>
      <p className="mb-1 font-medium text-2xs text-muted">{name}</p>
      {value === undefined ? <p className="text-faint text-xs">not there</p> : <JsonTree value={value} />}
    </div>
  );
}
