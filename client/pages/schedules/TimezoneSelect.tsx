import { useMemo } from "react";
import type { FieldControl } from "#client/components/ui/Field.tsx";
import { fieldClasses } from "#client/components/ui/Input.tsx";
import { browserTimezone, placeOf, timezoneGroups } from "./timezones.ts";

interface TimezoneSelectProps {
  readonly control: FieldControl;
  readonly value: string;
  readonly onChange: (timezone: string) => void;
}

/** The browser's own list: some four hundred places that are found by typing their name, and a wheel on a phone. */
export function TimezoneSelect({ control, value, onChange }: TimezoneSelectProps) {
  const groups = useMemo(() => timezoneGroups(value), [value]);
  const here = browserTimezone();
  return (
    <select
      {...control}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={`${fieldClasses} h-8 px-1.5 text-sm`}
    >
      {groups.map(({ region, zones }) => (
        <optgroup key={region} label={region}>
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {`${placeOf(zone)}${region === "General" ? "" : `, ${region}`}${zone === here ? " (yours)" : ""}`}
            </option>
          ))}
        </optgroup>
      ))}
    </select>
  );
}
