import { useState } from "react";
import { withoutMarks } from "#src/engine/payloads.ts";
import type { JsonValue } from "#src/json.ts";
import { bytesLeftOut, useWholeValue, whyNotLoaded } from "./useWholeValue.ts";

export interface EditableValue {
  /** JSON to edit; null while large values in it are not loaded. */
  readonly text: string | null;
  readonly setText: (text: string) => void;
  /** Somebody has changed it. */
  readonly isChanged: boolean;
  /** How much is not loaded. */
  readonly bytes: number;
  readonly load: () => void;
  readonly isLoading: boolean;
  readonly problem: string | null;
}

const written = (value: JsonValue): string => JSON.stringify(value, null, 2);

/** A value of an execution as text to change: what is large in it comes only when it is wanted. */
export function useEditableValue(executionId: string | null, shown: JsonValue): EditableValue {
  const whole = useWholeValue(executionId);
  const [bytes] = useState(() => bytesLeftOut(shown));
  const [before, setBefore] = useState<string | null>(() =>
    bytes === 0 ? written(withoutMarks(shown, () => null)) : null,
  );
  const [text, setText] = useState(before);
  const [isLoading, setLoading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const load = async () => {
    setLoading(true);
    setProblem(null);
    try {
      const loaded = written(await whole(shown));
      setBefore(loaded);
      setText(loaded);
    } catch (error) {
      setProblem(whyNotLoaded(error));
    }
    setLoading(false);
  };
  return { text, setText, isChanged: text !== before, bytes, load: () => void load(), isLoading, problem };
}
