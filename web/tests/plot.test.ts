import { describe, expect, it } from "vitest";
import { alone, leftOut } from "../src/lib/plot";

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
