export const codeAnalyzerDocs = `
Reads one source file and reports what is wrong in it. The code is only parsed, **never run**.

| language | rules |
|---|---|
| Python | Ruff: pycodestyle, pyflakes, flake8-bandit (security), bugbear, comprehensions, complexity, pyupgrade and more |
| JavaScript, TypeScript (JSX too) | ESLint's own rules, SonarJS, eslint-plugin-security |

**Input** \`code\`: the source text, at most 1 MB of Python or 200 kB of JavaScript or TypeScript; an analysis of more than 20 s ends the step with \`input_invalid\`. Without a connection the setting *Code* is used, for example \`{{ steps.input.value.code }}\`. It is a template:
code that has {{ in itself must come through the port.

**Outputs**
- \`report\`: \`language\`, \`score\`, \`summary\`, \`counts\`, \`metrics\` (lines, codeLines, commentLines, blankLines, functions, maxComplexity), \`findings\`,
  \`recommendations\` (one for each rule, with its lines, gravest first)
- \`findings\`: each with \`line\`, \`column\`, \`rule\`, \`severity\` (error, warning, info), \`category\` (security, bug, style, complexity), \`message\`, \`recommendation\`
- \`summary\`: the result in a few sentences, ready for a message or a prompt

**Language** \`auto\` weighs words that only one language has (\`def …:\`, \`const … =>\`, \`interface …\`). It chooses TypeScript only when it sees types,
and says so when it cannot tell: then choose the language. Any other language ends the step with \`unsupported_language\`.

**Score** 100 less 10 for each error, 4 for each warning and 1 for each info, counted per 100 lines of code in longer files; never below 0.
A file that cannot be parsed has one finding of severity error, at the place where the parser stopped.
`.trim();
