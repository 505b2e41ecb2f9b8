import { toast } from "#client/components/ui/Toast.tsx";
import { AppError } from "#src/errors.ts";

/** Says why an edit was refused instead of failing silently. */
export function attempt(change: () => void): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    toast.error(error.message);
  }
}

/** As `attempt`, for what needs a part of the program that is loaded with its first use. */
export function attemptWith<Part>(load: () => Promise<Part>, change: (part: Part) => void): void {
  load().then(
    (part) => attempt(() => change(part)),
    () =>
      toast.error("A part of the editor could not be loaded.", { description: "Check the connection and try again." }),
  );
}
