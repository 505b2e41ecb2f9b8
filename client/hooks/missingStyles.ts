/** Style sheets that could not be fetched. */
const missing = new Set<HTMLLinkElement>();
let underWay: Promise<unknown> | null = null;

// Such an event does not bubble.
document.addEventListener(
  "error",
  ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === "stylesheet") missing.add(target);
  },
  true,
);

/**
 * Asks again for every style sheet that could not be fetched; rejects when one still cannot be. The bundler's loader asks for each
 * once and then takes it for there: a part that is tried again would come without its looks.
 */
export async function fetchMissingStyles(): Promise<void> {
  underWay ??= Promise.all([...missing].map(fetchAgain)).finally(() => {
    underWay = null;
  });
  await underWay;
}

function fetchAgain(link: HTMLLinkElement): Promise<void> {
  missing.delete(link);
  const next = document.createElement("link");
  Object.assign(next, { rel: link.rel, crossOrigin: link.crossOrigin, href: link.href });
  return new Promise((resolve, reject) => {
    next.addEventListener("load", () => resolve());
    next.addEventListener("error", () => reject(new Error(`${next.href} could not be loaded.`)));
    link.replaceWith(next);
  });
}
