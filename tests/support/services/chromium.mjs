import { existsSync } from "node:fs";
import { onPath } from "./install.mjs";

/** A Chromium or Chrome that can be driven, whole path, or null. CHROMIUM_PATH wins. */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) return existsSync(given) ? given : null;
  return onPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
}
