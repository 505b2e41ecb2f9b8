import { CloudOff } from "lucide-react";
import { useOnline } from "#client/hooks/useOnline.ts";

/** Says that the browser has no network; what is on screen stays readable. */
export function OfflinePill() {
  const online = useOnline();
  return (
    <div aria-live="polite" className="pointer-events-none fixed inset-x-0 top-14 z-30 flex justify-center">
      {!online && (
        <span className="flex h-7 animate-rise items-center gap-2 rounded-full bg-inverse px-3 font-medium text-on-inverse text-xs">
          <CloudOff aria-hidden size={14} />
          Offline. What you see may be out of date.
        </span>
      )}
    </div>
  );
}
