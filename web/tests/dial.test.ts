import { describe, expect, it } from "vitest";
import { stanceOf } from "../src/lib/stance";
import { angleOf, rateAt } from "../src/views/rate/dial";

describe("the dial of the learning rate", () => {
  const range = { min: 1e-4, max: 1 };

  it("has the same rate at an angle however often it was turned", () => {
    for (const lr of [2e-4, 0.01, 0.3]) for (const turns of [-720, -360, 0, 360]) expect(rateAt(range, angleOf(range, lr) + turns)).toBeCloseTo(lr, 10);
    expect([rateAt(range, 179), rateAt(range, -179)]).toEqual([1, 1e-4]);
  });

  it("counts a bound as the engine does, to what lies below it", () => {
    expect([0.02, 0.5, 1].map((lr) => stanceOf(lr, 1, 0.02))).toEqual(["creeps", "good pace", "jumps over but arrives"]);
  });
});
