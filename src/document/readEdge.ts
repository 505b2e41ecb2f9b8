import * as Y from "yjs";
import { isJsonObject } from "../json.ts";
import {
  type GraphEdge,
  type GraphNote,
  type GraphSettings,
  graphEdge,
  graphNote,
  graphSettings,
  nodeId,
} from "../schemas/graph.ts";
import { toPlain } from "./plain.ts";
import type { DocumentProblem } from "./problem.ts";
import { cut, orderOf, type Read, readPosition } from "./readNode.ts";

/** Reads one edge; whether its ends exist is the graph's question. */
export function readEdge(id: string, stored: unknown): Read<GraphEdge> {
  const plain = toPlain(stored, () => {});
  const fields = isJsonObject(plain) ? plain : {};
  const parsed = graphEdge.safeParse({
    id,
    source: fields.source,
    sourcePort: fields.sourcePort,
    target: fields.target,
    targetPort: fields.targetPort,
  });
  if (parsed.success) return { value: parsed.data, order: orderOf(fields.order), problems: [] };
  const problem: DocumentProblem = {
    code: "dropped",
    edgeId: id.slice(0, 120),
    message: "A connection that cannot be read is not shown.",
  };
  return { value: null, order: 0, problems: [problem] };
}

const noteTextLimit = 20_000;
export const noteSize = { width: 240, height: 160, least: 40, most: 4_000 } as const;

export function readNote(id: string, stored: unknown): Read<GraphNote> {
  if (!nodeId.safeParse(id).success || !(stored instanceof Y.Map)) {
    const message = "A note that cannot be read is not shown.";
    return { value: null, order: 0, problems: [{ code: "dropped", noteId: id.slice(0, 40), message }] };
  }
  const problems: DocumentProblem[] = [];
  const repaired = (field: string, message: string) => problems.push({ code: "repaired", noteId: id, field, message });
  const written = stored.get("text");
  const plain = toPlain(written, () => repaired("text", "Characters that cannot be kept are replaced."));
  const text = typeof plain === "string" ? plain : "";
  if (text.length > noteTextLimit) repaired("text", `The note is cut to ${noteTextLimit} characters.`);
  const { position, mended } = readPosition(stored.get("position"));
  if (mended) repaired("position", "The position was not two numbers; the note is drawn at the origin.");
  const size = stored.get("size");
  const value = graphNote.parse({
    id,
    text: cut(text, noteTextLimit),
    position,
    width: readSize(isJsonObject(size) ? size.width : undefined, noteSize.width),
    height: readSize(isJsonObject(size) ? size.height : undefined, noteSize.height),
  });
  return { value, order: orderOf(stored.get("order")), problems };
}

function readSize(value: unknown, fallback: number): number {
  if (typeof value !== "number" || !Number.isFinite(value)) return fallback;
  return Math.min(noteSize.most, Math.max(noteSize.least, value));
}

const settingWords = {
  timeoutMs: "The workflow's time limit could not be read; the default applies.",
  concurrency: "How many runs may go on at once could not be read; there is no limit.",
  startsPerMinute: "How many runs may start in a minute could not be read; there is no limit.",
  budget: "The budget could not be read; there is none.",
} as const;

export function readSettings(stored: Y.Map<unknown>): {
  settings: GraphSettings;
  problems: readonly DocumentProblem[];
} {
  const problems: DocumentProblem[] = [];
  const read: Record<string, unknown> = {};
  for (const [field, message] of Object.entries(settingWords)) {
    const value = toPlain(stored.get(field), () => {});
    if (value === undefined && !stored.has(field)) continue;
    if (value !== undefined && graphSettings.safeParse({ [field]: value }).success) read[field] = value;
    else problems.push({ code: "repaired", field: `settings.${field}`, message });
  }
  return { settings: graphSettings.parse(read), problems };
}
