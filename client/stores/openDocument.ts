import { atom } from "jotai";
import type { WorkflowDocument } from "./workflowDocument.ts";

/** The document on screen: while there is one, a session that ends elsewhere leaves the page, and what is unsaved, where it is. */
export const openDocumentAtom = atom<WorkflowDocument | null>(null);
