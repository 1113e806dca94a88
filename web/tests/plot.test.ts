import { describe, expect, it } from "vitest";
import { alone, leftOut, marksAlong } from "../src/lib/plot";

describe("what an axis of logarithms leaves out", () => {
  const loss = (...y: number[]): { name: string; y: number[] } => ({ name: "loss", y });
  const steps = [1, 2, 3, 4, 1250];

  it("is nothing where all is above 0, or not a number", () => {
    expect(leftOut(steps, [loss(5, 4, 1e-300, NaN, Infinity)])).toBeNull();
    expect(leftOut([], [loss()])).toBeNull();
  });
  it("is told by its steps", () => {
    expect(leftOut(steps, [loss(5, 0, 0, 0, 0)])).toBe("0 cannot be drawn on this scale: steps 2 to 1,250.");
    expect(leftOut(steps, [loss(5, 1, 0, 1, 1)])).toBe("0 cannot be drawn on this scale: step 3.");
    expect(leftOut(steps, [loss(5, 0, 1, 0, 1)])).toBe("0 cannot be drawn on this scale: some of steps 2 to 4.");
    expect(leftOut(steps, [loss(5, -1, 0, 1, 1)])).toBe("0 and less cannot be drawn on this scale: steps 2 to 3.");
  });
  it("names the lines where there are several, but not all of many", () => {
    const runs = [1, 2, 3, 4, 5].map((n) => ({ name: `run ${n}`, y: [1, n === 1 ? 1 : 0, 1, 1, 1] }));
    expect(leftOut(steps, runs.slice(0, 2))).toBe("0 cannot be drawn on this scale: run 2, step 2.");
    expect(leftOut(steps, runs)).toBe("0 cannot be drawn on this scale: run 2, step 2; run 3, step 2; run 4, step 2; and 1 more.");
  });
});

describe("values that no line goes through", () => {
  it("have none on either side", () => {
    expect(alone([1, null, 2, 3, null, 4])).toEqual([0, 5]);
    expect(alone([null, 0, null])).toEqual([1]);
    expect(alone([7])).toEqual([0]);
    expect(alone([1, 2])).toEqual([]);
  });
});

describe("the numbers along an axis", () => {
  const wide = (words: string): number => 8 * words.length;

  it("are three at least where the axis has room, of short runs and long ones", () => {
    for (const last of [3, 7, 40, 135, 1500, 9999, 70_000, 240_000, 900_000, 1_050_000, 1_900_000, 5_000_000, 12_345_678, 2e9]) {
      const { places, words } = marksAlong([1, last], 200, wide, true);
      expect.soft(places.length, `up to ${last}`).toBeGreaterThan(2);
      const px = (200 / (last - 1)) * (places[1] - places[0]);
      expect.soft(px - Math.max(...words.map(wide)), `up to ${last}`).toBeGreaterThanOrEqual(8);
      expect.soft(new Set(words).size).toBe(words.length);
    }
  });

  it("are round, and written in full where they have room", () => {
    expect(marksAlong([1, 1500], 300, wide, true)).toEqual({ places: [500, 1000, 1500], words: ["500", "1,000", "1,500"] });
    expect(marksAlong([1, 1_900_000], 200, wide, true).words).toEqual(["0.5e6", "1e6", "1.5e6"]);
    expect(marksAlong([0, 1], 310, wide, false).words).toEqual(["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  });

  it("are whole where there is nothing between whole numbers, and one where there is one place", () => {
    expect(marksAlong([1, 3], 600, wide, true).places).toEqual([1, 2, 3]);
    expect(marksAlong([5, 5], 200, wide, true)).toEqual({ places: [5], words: ["5"] });
    expect(marksAlong([1, 9], 0, wide, true).places).toHaveLength(1);
  });
});
