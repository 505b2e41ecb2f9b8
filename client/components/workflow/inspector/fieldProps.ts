import type { FieldControl } from "#client/components/ui/Field.tsx";
import type { JsonValue } from "#src/json.ts";
import type { FieldSpec } from "./fieldSpecs.ts";

/** Puts text where the field's caret is. The field in use registers its own. */
export type Inserter = (text: string) => void;

export interface ConfigFieldProps {
  readonly nodeId: string;
  readonly spec: FieldSpec;
  /** Dotted path in the config, as diagnostics name it. */
  readonly path: string;
  readonly value: JsonValue | undefined;
  readonly onChange: FieldProps["onChange"];
}

/** What every kind of field gets. */
export interface FieldProps {
  readonly nodeId: string;
  readonly spec: FieldSpec;
  readonly value: JsonValue | undefined;
  /** Null for who may only look. Undefined as value takes the setting away. */
  readonly onChange: ((value: JsonValue | undefined) => void) | null;
  readonly control: FieldControl;
  /** Called once with how to insert at the caret. */
  readonly onInserter: (insert: Inserter | null) => void;
  /** `{{` was typed: the picker opens, and what is picked replaces the two braces. */
  readonly onBraces: () => void;
}
