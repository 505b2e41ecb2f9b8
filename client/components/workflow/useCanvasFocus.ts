import { useEffect, useState } from "react";

/** Whether the keys belong to the canvas: it has the focus, or nothing has. A dialog over it changes nothing. */
export function useCanvasFocus(): boolean {
  // The keys come after the canvas: something may have the focus by now.
  const [focused, setFocused] = useState(() => isCanvasFocused() ?? true);
  useEffect(() => {
    const look = () => setFocused((before) => isCanvasFocused() ?? before);
    // The focus is nowhere for a moment between two elements.
    const lookSoon = () => setTimeout(look, 0);
    look();
    document.addEventListener("focusin", look);
    document.addEventListener("focusout", lookSoon);
    return () => {
      document.removeEventListener("focusin", look);
      document.removeEventListener("focusout", lookSoon);
    };
  }, []);
  return focused;
}

/** Null while a dialog or a menu has the focus. */
function isCanvasFocused(): boolean | null {
  const { activeElement } = document;
  if (activeElement?.closest("[role=dialog], [role=menu]")) return null;
  return (
    activeElement === null ||
    activeElement === document.body ||
    activeElement.id === "content" ||
    activeElement.closest(".workflow-canvas, [aria-label='Canvas tools'], [aria-label='Zoom']") !== null
  );
}
