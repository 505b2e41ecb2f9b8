// npm run screenshots: the README's pictures, taken from the running product.
import { spawnSync } from "node:child_process";
import { bun, ensureBuilt, ensureInstalled, root } from "../../server/launch/prepare.mjs";
import { findChromium } from "./services/chromium.mjs";

ensureInstalled();
ensureBuilt();
const chromium = findChromium();
if (chromium === null) {
  console.error("screenshots: Chromium was not found: install it (Debian: chromium) or set CHROMIUM_PATH.");
  process.exit(1);
}
const env = { ...process.env, CHROMIUM_PATH: chromium };
process.exit(spawnSync(bun, ["tests/support/screenshots.ts"], { cwd: root, stdio: "inherit", env }).status ?? 1);
