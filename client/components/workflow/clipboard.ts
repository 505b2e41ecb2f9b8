import type { Point } from "#client/canvas/canvasContext.ts";
import { toast } from "#client/components/ui/Toast.tsx";
import type { EditorActions } from "./editorActions.ts";

/**
 * The clipboard for menus, where the browser gives no clipboard event. Needs a secure page; the keys work everywhere.
 * False, with a word to the person, when the browser refuses.
 */
async function write(text: string | null): Promise<boolean> {
  if (text === null) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast.error("The browser does not allow this here. Press Ctrl+C instead.");
    return false;
  }
}

async function read(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    toast.error("The browser does not allow this here. Press Ctrl+V instead.");
    return null;
  }
}

export function copy(actions: EditorActions): void {
  void write(actions.copySelected());
}

export async function cut(actions: EditorActions): Promise<void> {
  if (await write(actions.copySelected())) actions.removeSelected(false);
}

export async function paste(actions: EditorActions, at: Point | null): Promise<void> {
  const text = await read();
  if (text !== null) actions.paste(text, at);
}
