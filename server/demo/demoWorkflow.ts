import { type Graph, graph } from "#src/schemas/graph.ts";

const sampleCode = `import hashlib
import pickle
import subprocess

PASSWORD = "hunter2"


def fetch_report(name, cache={}):
    if name in cache:
        return cache[name]
    output = subprocess.check_output("report " + name, shell=True)
    cache[name] = output
    return output


def load_session(blob):
    return pickle.loads(blob)


def fingerprint(text):
    unused = len(text)
    return hashlib.md5(text.encode()).hexdigest()
`;

/** One line for the whole, one for each finding. */
const reportLines = `"Score " & data.score & " of 100 for " & other.lines & " lines." &
$join(data.findings.("\\nLine " & line & ": " & message & " (" & rule & "). " & recommendation))`;

const reviewPrompt = `List the eight points of this review that its author must act on first.
Score: {{ steps.analyze.report.score }} of 100.`;

/**
 * What a new workspace begins with and \`npm run demo\` runs: two branches that meet, a decision, a model that streams. It needs no
 * key: its model is the built-in offline one, which quotes.
 */
export const demoWorkflow: { readonly name: string; readonly description: string; readonly graph: Graph } = {
  name: "Demo: code review crew",
  description: "Analyses a piece of code, measures it beside, and writes a review when there is something to say.",
  graph: graph.parse({
    nodes: [
      {
        id: "input",
        key: "input",
        agent: "input",
        name: "Code to review",
        position: { x: 0, y: 152 },
        config: {
          fields: [
            {
              name: "code",
              type: "paragraph",
              required: true,
              default: sampleCode,
              description: "Python, JavaScript or TypeScript. It is read, never run.",
            },
          ],
        },
      },
      {
        id: "source",
        key: "source",
        agent: "dataProcessor",
        name: "Take the source text",
        position: { x: 288, y: 48 },
        config: { operation: "transform", transformation: "data.code" },
      },
      {
        id: "analyze",
        key: "analyze",
        agent: "codeAnalyzer",
        name: "Code Analyzer",
        position: { x: 576, y: 48 },
        config: { language: "auto", minimumSeverity: "info", maxFindings: 50 },
      },
      {
        id: "measure",
        key: "measure",
        agent: "dataProcessor",
        name: "Measure it",
        position: { x: 432, y: 264 },
        config: {
          operation: "transform",
          transformation: '{ "characters": $length(data.code), "lines": $count($split(data.code, "\\n")) }',
        },
      },
      {
        id: "report",
        key: "report",
        agent: "dataProcessor",
        name: "Put the report together",
        position: { x: 864, y: 152 },
        config: {
          operation: "transform",
          transformation: reportLines,
        },
      },
      {
        id: "gate",
        key: "gate",
        agent: "condition",
        name: "Anything to mend?",
        position: { x: 1152, y: 152 },
        config: { expression: "$count(steps.analyze.findings) > 0" },
      },
      {
        id: "review",
        key: "review",
        agent: "llm",
        name: "Write the review",
        position: { x: 1440, y: 48 },
        config: {
          provider: "offline",
          system: "You are a careful reviewer. You are brief and name lines.",
          prompt: reviewPrompt,
          maxTokens: 600,
        },
      },
      {
        id: "praise",
        key: "praise",
        agent: "dataProcessor",
        name: "Nothing to mend",
        position: { x: 1440, y: 264 },
        config: { operation: "transform", transformation: '"Nothing to mend. " & steps.report.data' },
      },
      {
        id: "result",
        key: "result",
        agent: "output",
        name: "Review",
        position: { x: 1728, y: 152 },
        config: {},
      },
    ],
    edges: [
      { id: "e1", source: "input", sourcePort: "value", target: "source", targetPort: "data" },
      { id: "e2", source: "source", sourcePort: "data", target: "analyze", targetPort: "code" },
      { id: "e3", source: "input", sourcePort: "value", target: "measure", targetPort: "data" },
      { id: "e4", source: "analyze", sourcePort: "report", target: "report", targetPort: "data" },
      { id: "e5", source: "measure", sourcePort: "data", target: "report", targetPort: "other" },
      { id: "e6", source: "report", sourcePort: "data", target: "gate", targetPort: "value" },
      { id: "e7", source: "gate", sourcePort: "true", target: "review", targetPort: "context" },
      { id: "e8", source: "gate", sourcePort: "false", target: "praise", targetPort: "data" },
      { id: "e9", source: "review", sourcePort: "text", target: "result", targetPort: "value" },
      { id: "e10", source: "praise", sourcePort: "data", target: "result", targetPort: "value" },
    ],
    notes: [
      {
        id: "welcome",
        text: "**Press Run.** The sample code has a few things in it that a reviewer would not let pass. Paste your own and run again.",
        position: { x: 0, y: 0 },
        width: 264,
        height: 128,
      },
      {
        id: "branches",
        text: "These two branches run at the same time and meet in the report.",
        position: { x: 432, y: 400 },
        width: 264,
        height: 80,
      },
      {
        id: "model",
        text: "The offline model needs no key and only quotes. Choose another provider in its settings for a review in its own words.",
        position: { x: 1440, y: -88 },
        width: 304,
        height: 112,
      },
    ],
  }),
};
