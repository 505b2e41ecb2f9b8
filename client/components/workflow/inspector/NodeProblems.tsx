import { CircleAlert, TriangleAlert } from "lucide-react";
import type { Diagnostic } from "#src/schemas/diagnostic.ts";

/** What is wrong with a node as a whole; what is wrong with one setting stands under that setting. */
export function NodeProblems({ problems }: { readonly problems: readonly Diagnostic[] }) {
  if (problems.length === 0) return null;
  return (
    <ul className="mx-3 mb-2 flex flex-col gap-1">
      {problems.map((problem) => {
        const isError = problem.severity === "error";
        const Icon = isError ? CircleAlert : TriangleAlert;
        return (
          <li
            key={`${problem.code}${problem.message}`}
            className={`flex items-start gap-1.5 rounded-sm px-2 py-1.5 text-xs ${isError ? "bg-danger-soft text-danger" : "bg-warning-soft text-warning"}`}
          >
            <Icon aria-hidden size={13} className="mt-px shrink-0" />
            {problem.message}
          </li>
        );
      })}
    </ul>
  );
}
