export interface TimezoneGroup {
  readonly region: string;
  readonly zones: readonly string[];
}

export const browserTimezone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

/** Every IANA zone the browser knows, by region, UTC first; `chosen` is among them in any case. */
export function timezoneGroups(chosen: string): TimezoneGroup[] {
  const groups = new Map<string, Set<string>>([["General", new Set(["UTC"])]]);
  const known = [...Intl.supportedValuesOf("timeZone"), chosen].sort();
  for (const zone of known) {
    const slash = zone.indexOf("/");
    const region = slash < 0 ? "General" : zone.slice(0, slash);
    const zones = groups.get(region) ?? new Set();
    groups.set(region, zones.add(zone));
  }
  return [...groups].map(([region, zones]) => ({ region, zones: [...zones] }));
}

/** "Berlin" of "Europe/Berlin". */
export const placeOf = (zone: string): string => zone.slice(zone.indexOf("/") + 1).replaceAll("_", " ");
