import { describe, expect, test } from "bun:test";
import { cronWords } from "#client/pages/schedules/cronWords.ts";
import { changeKind, draftOf, readDraft, recurrenceKinds } from "#client/pages/schedules/recurrence.ts";
import { timezoneGroups } from "#client/pages/schedules/timezones.ts";

describe("a cron line in words", () => {
  const said: Readonly<Record<string, string>> = {
    "* * * * *": "Every minute",
    "*/15 * * * *": "Every 15 minutes",
    "5 * * * *": "Every hour at :05",
    "0,30 */2 * * *": "Every 2 hours at :00 and :30",
    "0 9 * * *": "Every day at 09:00",
    "30 8,17 * * *": "Every day at 08:30 and 17:30",
    "30 8 * * 1-5": "At 08:30, Monday to Friday",
    "30 8 * * MON-FRI": "At 08:30, Monday to Friday",
    "0 9 * * 1,4": "At 09:00, Mondays and Thursdays",
    "0 9 * * 0,7": "At 09:00, Sundays",
    "0 0 1 * *": "At 00:00, on day 1 of the month",
    "0 0 1,15 1 *": "At 00:00, on days 1 and 15 of the month, in January",
    "0 0 13 * 5": "At 00:00, on day 13 of the month or Fridays",
    "*/5 9-17 * * 1-5": "Every 5 minutes from 09:00 to 17:59, Monday to Friday",
    "0 12 * jun-aug *": "Every day at 12:00, from June to August",
    "  0   9 * * * ": "Every day at 09:00",
    "0 9-17 * * *": "At :00 past the hour from 09:00 to 17:59",
    "* 9 * * *": "Every minute in the hour 09",
  };
  for (const [line, words] of Object.entries(said)) {
    test(`“${line}” is “${words}”`, () => expect(cronWords(line)).toBe(words));
  }

  test("stays a line where words would be wrong: steps that start anew, the last of a month, names that are none", () => {
    for (const line of [
      "*/45 * * * *",
      "0 */5 * * *",
      "0 0 L * *",
      "0 0 * * 1#2",
      "61 * * * *",
      "0 0 * *",
      "",
      "0 0 * * XYZ",
    ])
      expect([line, cronWords(line)]).toEqual([line, null]);
  });
});

describe("the form of a schedule", () => {
  const lineOf = (line: string) => readDraft(draftOf(line));

  test("shows the simplest kind for a line and asks for the same line again", () => {
    const kinds: Readonly<Record<string, string>> = {
      "* * * * *": "minutes",
      "*/15 * * * *": "minutes",
      "5 * * * *": "hourly",
      "0 9 * * *": "daily",
      "30 8 * * 1-5": "weekdays",
      "0 9 * * 1,4": "weekly",
      "0 9 * * 0": "weekly",
      "*/7 * * * *": "custom",
      "0 9 1 * *": "custom",
      "0 25 * * *": "custom",
      "0 0 * * 1#2": "custom",
    };
    for (const [line, kind] of Object.entries(kinds)) {
      expect([line, draftOf(line).kind]).toEqual([line, kind]);
      expect(lineOf(line)).toEqual({ cron: line });
    }
  });

  test("writes days as a week begins with Monday, and Sunday as 0", () => {
    expect(lineOf("0 9 * * 7,3")).toEqual({ cron: "0 9 * * 3,0" });
  });

  test("says what is missing instead of making a line", () => {
    const draft = draftOf();
    const problems = [
      { ...draft, time: "" },
      { ...draft, kind: "weekly" as const, days: [] },
      { ...draft, kind: "hourly" as const, minute: "60" },
      { ...draft, kind: "hourly" as const, minute: "" },
      { ...draft, kind: "custom" as const, cron: " " },
    ];
    for (const each of problems) expect(readDraft(each)).toEqual({ problem: expect.any(String) });
  });

  test("every kind that a new schedule can be changed to makes a line", () => {
    for (const kind of recurrenceKinds)
      expect(readDraft(changeKind(draftOf(), kind))).toEqual({ cron: expect.any(String) });
  });

  test("changed to a cron line, it begins with the line that was meant", () => {
    expect(changeKind(draftOf("30 8 * * 1-5"), "custom").cron).toBe("30 8 * * 1-5");
  });
});

test("time zones are grouped by region, with UTC and the one that is set even when the browser does not list it", () => {
  const groups = timezoneGroups("Asia/Calcutta_Old");
  expect(groups[0]).toEqual({ region: "General", zones: ["UTC"] });
  const all = groups.flatMap(({ zones }) => zones);
  expect(all).toContain("Europe/Berlin");
  expect(all).toContain("Asia/Calcutta_Old");
  expect(new Set(all).size).toBe(all.length);
});
