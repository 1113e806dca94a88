import { describe, expect, it } from "vitest";
import type { Description } from "../src/lib/state.svelte";
import { inOwnUnit, offBy, outcomeOf, whatStandardizedIs, withOwnUnit } from "../src/views/cycle/own";

const target = (more: Partial<Description["target"]> = {}, unit = "EUR", dates = false): Pick<Description, "target"> => {
  const told = { kind: "number" as const, names: ["price"], mean: [400_000], scale: [140_000], ...more };
  return { target: { ...told, measures: told.scale.map((scale) => ({ unit, currency: unit === "EUR" || unit === "$", dates, deviation: scale === 1 ? null : scale })) } };
};

describe("numbers in the target's own unit", () => {
  it("stand before what the network sees of them", () => {
    expect(withOwnUnit(target(), 0, -1.5)).toBe("190,000 EUR (\u22121.5)");
    expect(outcomeOf(target(), -1.5, -1)).toBe("predicts 190,000 EUR (\u22121.5), target 260,000 EUR (\u22121), off by 70,000 EUR");
    expect(whatStandardizedIs(target())).toContain("the mean 400,000 EUR, as a multiple of the spread 140,000 EUR");
  });

  it("write units as people do", () => {
    const said = (unit: string): string => offBy(target({ scale: [10] }, unit), 0, 1.25, 0);
    expect(["$", "%", "years", "", "m"].map(said)).toEqual(["$12.50", "12.5%", "12.5 years", "12.5", "12.5 m"]);
    expect(inOwnUnit(target({}, "$"), 0, -3)).toBe("\u2212$20,000");
  });

  it("are dates where the target is one, and days apart", () => {
    const due = target({ names: ["due"], mean: [18_000], scale: [30] }, "days since 1970-01-01", true);
    expect(outcomeOf(due, 1, 0)).toBe("predicts 2019-05-14 (1), target 2019-04-14 (0), off by 30 days");
    expect(whatStandardizedIs(due)).toContain("the mean 2019-04-14, as a multiple of the spread 30 days");
  });

  it("stand alone where nothing was standardized, and classes have none", () => {
    const plain = target({ mean: [0], scale: [1] }, "");
    expect([inOwnUnit(plain, 0, 2), withOwnUnit(plain, 0, 2), offBy(plain, 0, 2, 6)]).toEqual([null, "2", "4"]);
    expect(inOwnUnit(target({ kind: "classes" }), 0, 1)).toBeNull();
    expect(offBy(target({ mean: [0], scale: [1] }, "m"), 0, 2, 6)).toBe("4 m");
  });
});
