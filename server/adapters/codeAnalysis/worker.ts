import type { CodeReport } from "#src/agents/codeAnalysis.ts";
import type { AnalysisRequest, WorkerMessage } from "./protocol.ts";

// Runs in a Bun Worker. The linters are loaded when the first file of their language comes: ESLint with its plugins takes most of the memory.
declare const self: {
  onmessage: ((event: { readonly data: AnalysisRequest }) => void) | null;
  postMessage(message: WorkerMessage): void;
};

self.onmessage = ({ data }) => {
  void answer(data);
};

async function answer({ code, language }: AnalysisRequest): Promise<void> {
  try {
    const analyze = await load(language);
    self.postMessage({ type: "started" });
    self.postMessage({ type: "done", report: analyze(code) });
  } catch (error) {
    self.postMessage({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
  }
}

async function load(language: AnalysisRequest["language"]): Promise<(code: string) => CodeReport> {
  if (language === "python") return (await import("./python.ts")).analyzePython;
  const { analyzeScript } = await import("./script.ts");
  return (code) => analyzeScript(code, language);
}
