/** Something in a document that its graph shows differently or not at all. For the person at the canvas. */
export interface DocumentProblem {
  readonly code: "dropped" | "repaired" | "duplicate_key" | "dangling_edge" | "crosses_frame" | "too_many";
  readonly message: string;
  readonly nodeId?: string;
  readonly edgeId?: string;
  readonly noteId?: string;
  /** Dotted path inside the node. */
  readonly field?: string;
}
