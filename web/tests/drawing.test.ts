import { describe, expect, it } from "vitest";
import { curveOf, heights } from "../src/app/curve";
import { column } from "../src/lib/framing";
import { factor, frac, mi, num, op, row, spoken, sub, sup } from "../src/lib/mathml";
import { diverging, mix, rgb, sequential } from "../src/lib/theme";

describe("the curve of the timeline", () => {
  const of = (values: number[]): ReturnType<typeof curveOf> => {
    const part = (name: string): [string, ReturnType<typeof column>] => [`loss.${name}`, column(`loss.${name}`, new Float64Array(values))];
    return curveOf(Object.fromEntries(["x", "min", "max", "last"].map(part)), "loss");
  };

  it("fills its height from the least to the largest value", () => {
    const { y, log } = heights(of([2, 1, 3]), 100, 5);
    expect([y(3), y(2), y(1), log]).toEqual([5, 55, 105, false]);
  });

  it("is drawn by its logarithm where it spans more than a factor of thirty", () => {
    const { y, log } = heights(of([100, 10, 1]), 100);
    expect(log).toBe(true);
    expect(y(10)).toBeCloseTo(50);
  });

  it("lets what flew off stand at the top", () => {
    expect(heights(of([1, 2, Number.NaN]), 100, 5).y(Number.NaN)).toBe(5);
    expect(heights(of([]), 100).y(0.5)).toBe(50);
  });
});

describe("equations", () => {
  it("are spoken as they are read", () => {
    expect(spoken(row(sub("w", "new"), op("="), mi("w"), op("−"), num(0.01), op("·"), factor(-18.667)))).toBe("w_new = w − 0.01 · ( −18.67 )");
    expect(spoken(frac(sup("e", "z"), "2"))).toBe("(e^z) / (2)");
    expect(spoken(num(-4.1e-9))).toBe("−4.1 × 10^−9");
  });
});

describe("colours", () => {
  it("go from negative over the paper to positive", () => {
    const table = diverging({ negative: "#0000ff", panel: "#ffffff", positive: "#ff0000" });
    expect(table[0]).toBe(0xffff0000);
    expect(table[255]).toBe(0xff0000ff);
    expect((table[127] >>> 0) & 255).toBeGreaterThan(240);
    expect(sequential("#000000", "#ffffff")[255]).toBe(0xffffffff);
    expect(mix(rgb("#000000"), rgb("#ff8000"), 0.5)).toEqual([127.5, 64, 0]);
  });
});
