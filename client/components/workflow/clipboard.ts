import { toast } from "#client/components/ui/Toast.tsx";

/**
 * The clipboard for menus, where the browser gives no clipboard event. Needs a secure page; the keys work everywhere.
 * False, with a word to the person, when the browser refuses.
 */
export async function writeClipboard(text: string | null): Promise<boolean> {
  if (text === null) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast.error("The browser does not allow this here. Press Ctrl+C instead.");
    return false;
  }
}

export async function readClipboard(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText();
  } catch {
    toast.error("The browser does not allow this here. Press Ctrl+V instead.");
    return null;
  }
}
