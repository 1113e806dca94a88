import { describe, expect, it } from "vitest";
import { amounts, inColumn, miss, misses } from "../src/lib/amount";
import { plain } from "../src/lib/format";
import { labels } from "../src/lib/labels";
import { dayTicks } from "../src/lib/scale";
// What Python writes; tests/show/page/test_amounts.py holds it to these cases as well.
import cases from "./amounts.json";

const signs = (text: string): string => plain(text).replace(/^inf/, "∞").replace(/^-inf/, "−∞").replace(/^nan/, "NaN");
const read = (value: number | string): number => (typeof value === "number" ? value : Number(value));
const dates = { unit: "days since 1970-01-01", currency: false, dates: true, deviation: null };

describe("amounts", () => {
  it("are those of the terminal", () => {
    for (const { measure, values, texts } of cases) expect([measure, values, amounts(values.map(read), measure)]).toEqual([measure, values, texts.map(signs)]);
    expect(cases.length).toBeGreaterThan(300);
  });

  it("of dates are apart by days", () => {
    expect(miss(12.5, dates)).toBe("12.5 days");
    expect(misses([12.5, 3], dates)).toEqual(["12.5 days", "3.0 days"]);
    expect(miss(1200, { unit: "$", currency: true, dates: false, deviation: 20_000 })).toBe("$1,200");
  });

  it("without a unit stand below each other", () => {
    expect(inColumn([0.9088, 0.58, 0.32, 0.1148])).toEqual(["0.909", "0.580", "0.320", "0.115"]);
    expect(inColumn([8.733, 4.4, 0])).toEqual(["8.73", "4.40", "0.00"]);
    expect(inColumn([Number.NaN, -12.25, 3])).toEqual(["NaN", "−12.2", "3.0"]);
    expect(inColumn([])).toEqual([]);
  });

  it("of years have no separators at an axis, and dates are dates", () => {
    const year = { unit: "", currency: false, dates: false, deviation: 12 };
    expect(labels([1990, 2000, 2010], year)).toEqual(["1990", "2000", "2010"]);
    expect(labels([1990, 2000], { ...year, unit: "m" })).toEqual(["1,990", "2,000"]);
    expect(labels(dayTicks(18_000, 18_200, 4), dates)).toEqual(["2019-05-01", "2019-07-01", "2019-09-01"]);
    expect(labels(dayTicks(10_957, 20_000, 3), dates)).toEqual(["2000-01-01", "2010-01-01", "2020-01-01"]);
    expect(dayTicks(18_000, 18_002, 8)).toEqual([18_000, 18_001, 18_002]);
  });
});
