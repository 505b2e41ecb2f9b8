import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { readError } from "#client/trpc.ts";
import { IconButton } from "./IconButton.tsx";
import { toast } from "./Toast.tsx";

export interface CopyButtonProps {
  /** Made when pressed, so that a large value is not turned to text for nothing. */
  readonly text: () => string | Promise<string>;
  readonly label?: string;
  readonly size?: "sm" | "md";
}

export function CopyButton({ text, label = "Copy", size = "sm" }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      const made = text();
      const whole = typeof made === "string" ? made : await made;
      await navigator.clipboard.writeText(whole);
      setCopied(true);
    } catch (error) {
      const isRefused = error instanceof DOMException || !(error instanceof Error);
      const description = isRefused ? "The browser refused access to the clipboard." : readError(error).message;
      toast.error("Could not copy", { description });
    }
  };
  return (
    <IconButton
      icon={copied ? Check : Copy}
      label={copied ? "Copied" : label}
      size={size}
      onClick={() => void copy()}
    />
  );
}
