export interface NoticeOptions {
  readonly description?: string;
  /** What the one button does, e.g. Undo. */
  readonly action?: { readonly label: string; readonly onClick: () => void };
  /** In milliseconds; default 4 s, 8 s with an action. */
  readonly duration?: number;
}

export interface Notice {
  readonly kind: "message" | "success" | "error";
  readonly title: string;
  readonly options: NoticeOptions;
}

const waiting: Notice[] = [];
let deliver: ((notice: Notice) => void) | null = null;
let ask: (() => void) | null = null;

/** Shows it where notices are shown; while there is no such place yet, it waits and the place is asked for. */
export function tell(notice: Notice): void {
  if (deliver === null) {
    waiting.push(notice);
    ask?.();
  } else deliver(notice);
}

/** Where notices go from now on; first those that waited. Returns how to end it. */
export function deliverTo(area: (notice: Notice) => void): () => void {
  deliver = area;
  for (const notice of waiting.splice(0)) area(notice);
  return () => {
    deliver = null;
  };
}

/** Called when a notice finds no place. Returns how to end it. */
export function onFirstNotice(open: () => void): () => void {
  ask = open;
  if (waiting.length > 0) open();
  return () => {
    ask = null;
  };
}
