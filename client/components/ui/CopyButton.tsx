import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "./IconButton.tsx";
import { toast } from "./Toast.tsx";

export interface CopyButtonProps {
  /** Made when pressed, so that a large value is not turned to text for nothing. */
  readonly text: () => string;
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
  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => setCopied(true),
      () => toast.error("Could not copy", { description: "The browser refused access to the clipboard." }),
    );
  return (
    <IconButton
      icon={copied ? Check : Copy}
      label={copied ? "Copied" : label}
      size={size}
      onClick={() => void copy()}
    />
  );
}
