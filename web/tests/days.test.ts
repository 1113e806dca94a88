import { describe, expect, it } from "vitest";
import { dayTicks } from "../src/lib/scale";

const day = (text: string): number => Date.parse(text) / 86_400_000;

describe("ticks of days", () => {
  it("are round numbers of days up to two weeks apart, and then the firsts of months", () => {
    expect(dayTicks(18_000, 18_056, 4)).toEqual([18_000, 18_020, 18_040]);
    expect(dayTicks(day("2019-04-14"), day("2019-07-03"), 4)).toEqual(["2019-05-01", "2019-06-01", "2019-07-01"].map(day));
    expect(dayTicks(day("2018-12-01"), day("2020-03-01"), 5)).toEqual(["2019-01-01", "2019-04-01", "2019-07-01", "2019-10-01", "2020-01-01"].map(day));
  });
});
