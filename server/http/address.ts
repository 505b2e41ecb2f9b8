import { AppError } from "#src/errors.ts";

/** A percent-encoded piece of an address. Errors: bad_request. */
export function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    throw new AppError("bad_request", "The address is not well formed.");
  }
}
