import { useEffect, useRef } from "react";
import { classes } from "../ui/classes.ts";

export interface StreamedTextProps {
  readonly text: string;
  /** More may come: a caret stands at the end, and the view stays at the end while the reader is there. */
  readonly streaming: boolean;
  readonly mono?: boolean;
  readonly className?: string;
}

/** Within this many pixels of the end the reader is following. */
const following = 40;

/** Text as it arrives. Scrolling up stops the following; scrolling back to the end takes it up again. */
export function StreamedText({ text, streaming, mono = false, className }: StreamedTextProps) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new text is what moves the end
  useEffect(() => {
    if (streaming && atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text, streaming]);
  const onScroll = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = box.current ?? {};
    atEnd.current = scrollHeight - scrollTop - clientHeight < following;
  };
  return (
    <div
      ref={box}
      onScroll={onScroll}
      className={classes(
        "select-text overflow-y-auto whitespace-pre-wrap break-words",
        mono ? "font-mono text-xs leading-5" : "text-sm leading-5",
        className,
      )}
    >
      {text}
      {streaming && (
        <span
          aria-hidden
          className="ml-0.5 inline-block h-3.5 w-1.5 animate-shimmer rounded-xs bg-running align-middle"
        />
      )}
    </div>
  );
}
