import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv, type Plugin } from "vite";

const compressible = new Set([".js", ".css", ".svg", ".html", ".json", ".wasm", ".ttf"]);
const smallest = 1_024;
/** Above this the last few per cent of brotli 11 cost seconds of a first start. */
const large = 600_000;

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < smallest) return;
  const quality = content.length > large ? 9 : 11;
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
}

/** Writes `.br` and `.gz` beside every text file, so that the server never compresses a static answer. */
function precompress(): Plugin {
  let folder = "";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && compressible.has(extname(entry.name)));
      await Promise.all(files.map((entry) => compress(join(entry.parentPath, entry.name))));
    },
  };
}

/** Where `vite dev` sends what is not the client; AGENTFLOW_SERVER names another. */
const server = loadEnv("", "/", "AGENTFLOW_").AGENTFLOW_SERVER ?? "http://localhost:3000";

const canvasModules =
  /node_modules\/(@xyflow|d3-[a-z]+|zustand|classcat|use-sync-external-store)\/|client\/canvas\/(?!duration)|agents\/AgentTile/;
const liveModules = /@trpc\/client\/dist\/wsLink/;
const documentModules = /node_modules\/(yjs|lib0|y-protocols|@hocuspocus|@lifeomic)\//;

export default defineConfig({
  plugins: [react(), tailwindcss(), precompress()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "es2022",
    // Nothing is inlined: the CSP has no data: for scripts and fonts, and hashed files are cached for ever.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // It only exports; without this the shell would load the socket's code at once for nothing.
      treeshake: { moduleSideEffects: [{ test: liveModules, sideEffects: false }] },
      output: {
        codeSplitting: {
          groups: [
            { name: "zod", test: /node_modules\/zod\/|client\/jitless\.ts$/, priority: 5 },
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 4 },
            // What a first view needs comes in few large chunks, which compress better; the shell with all it imports.
            { name: "shell", test: /client\/main\.tsx$/, priority: 3 },
            { name: "live", test: liveModules, priority: 6, includeDependenciesRecursively: false },
            { name: "canvas", test: canvasModules, priority: 2, includeDependenciesRecursively: false },
            { name: "document", test: documentModules, priority: 1, includeDependenciesRecursively: false },
          ],
        },
      },
    },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 5_000,
  },
  worker: { format: "es" },
  server: {
    proxy: {
      "/trpc": { target: server, ws: true },
      "/ws": { target: server, ws: true },
      "/api": server,
      "/health": server,
    },
  },
});
