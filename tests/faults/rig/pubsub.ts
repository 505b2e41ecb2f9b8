import type { Rewriting } from "#tests/support/chaosProxy.ts";
import type { Random } from "./random.ts";

/** Where the value that begins at `from` ends; null when it is not all there yet. RESP 2 and 3. */
function endOf(buffer: Buffer, from: number): number | null {
  const line = buffer.indexOf("\r\n", from);
  if (line < 0) return null;
  const kind = String.fromCharCode(buffer[from] ?? 0);
  const count = Number(buffer.toString("latin1", from + 1, line));
  const next = line + 2;
  if ("$=!".includes(kind)) return count < 0 ? next : next + count + 2 <= buffer.length ? next + count + 2 : null;
  if (!"*>~%|".includes(kind) || count < 0) return next;
  let at: number | null = next;
  for (let items = "%|".includes(kind) ? 2 * count : count; items > 0 && at !== null; items -= 1)
    at = at < buffer.length ? endOf(buffer, at) : null;
  return at;
}

const isMessage = (frame: Buffer): boolean =>
  /^[*>]\d+\r\n\$(7|8)\r\np?message\r\n/.test(frame.toString("latin1", 0, 24));

/** Drops 30 % of what is published, doubles 10 %, and lets messages overtake each other; everything else comes as it was sent. */
export function unreliableMessages(random: Random): () => Rewriting {
  return () => {
    let rest = Buffer.alloc(0);
    return (piece) => {
      rest = Buffer.concat([rest, piece]);
      const frames: { piece: Buffer; afterMs: number }[] = [];
      for (
        let end = rest.length > 0 ? endOf(rest, 0) : null;
        end !== null;
        end = rest.length > 0 ? endOf(rest, 0) : null
      ) {
        const frame = rest.subarray(0, end);
        rest = rest.subarray(end);
        const late = () => random.between(1, 40);
        if (!isMessage(frame)) frames.push({ piece: frame, afterMs: 0 });
        else if (!random.chance(0.3)) {
          frames.push({ piece: frame, afterMs: late() });
          if (random.chance(0.1)) frames.push({ piece: frame, afterMs: late() });
        }
      }
      return frames;
    };
  };
}
