import { createHash, randomBytes } from "node:crypto";

/** 256 random bits for a link; only their hash is stored. */
export const newInvitationToken = (): string => randomBytes(32).toString("base64url");

export const hashOfToken = (token: string): string => createHash("sha256").update(token).digest("hex");
