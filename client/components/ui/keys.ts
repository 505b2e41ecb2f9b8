const isApple = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);

const names: Readonly<Record<string, string>> = {
  mod: isApple ? "⌘" : "Ctrl",
  shift: isApple ? "⇧" : "Shift",
  alt: isApple ? "⌥" : "Alt",
  enter: "↵",
  escape: "Esc",
  delete: "Del",
  backspace: "⌫",
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  space: "Space",
};

/** `mod+shift+k` as the person's keyboard names it, one string a key cap; `g w` is two presses after one another. */
export function keyCaps(keys: string): string[] {
  return keys
    .split(/[+ ]/)
    .map((key) => names[key.toLowerCase()] ?? (key.length === 1 ? key.toUpperCase() : key))
    .filter((cap) => cap !== "");
}

/** For `aria-keyshortcuts`. */
export function ariaKeys(keys: string): string {
  return keys.replace(/\bmod\b/, isApple ? "Meta" : "Control").replace(/\bshift\b/, "Shift");
}

/** True when the pressed key is `keys` (`mod+k`, `shift+?`, `Delete`): the named modifiers and no others. */
export function matchesKeys(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.toLowerCase().split("+");
  const key = parts.at(-1) ?? "";
  const wants = (name: string) => parts.includes(name) && parts.length > 1;
  const mod = isApple ? event.metaKey : event.ctrlKey;
  const otherMod = isApple ? event.ctrlKey : event.metaKey;
  // A printed sign such as ? already carries its shift; only letters and named keys compare it.
  const comparesShift = key.length > 1 || /[a-z0-9]/.test(key);
  return (
    event.key.toLowerCase() === (key === "space" ? " " : key) &&
    mod === wants("mod") &&
    !otherMod &&
    event.altKey === wants("alt") &&
    (!comparesShift || event.shiftKey === wants("shift"))
  );
}
