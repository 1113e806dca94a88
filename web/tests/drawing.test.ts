import { describe, expect, it } from "vitest";
import { curveOf, epochAt, heights, stretches } from "../src/app/curve";
import { column } from "../src/lib/framing";
import { factor, frac, mi, num, op, root, row, spoken, sub, sup } from "../src/lib/mathml";
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

  it("stays so where some losses are exactly 0, which stand at the foot", () => {
    const { y, log } = heights(of([100, 10, 0, 1]), 100, 5);
    expect(log).toBe(true);
    expect([y(100), y(10), y(1), y(0)]).toEqual([5, 55, 105, 105]);
    expect(heights(of([100, 0, 0, 1]), 100).log).toBe(false);
  });

  it("has a gap wherever the loss is no number, and says what it is", () => {
    const told = stretches(of([3, 2, Infinity, Infinity, Number.NaN, 1]));
    expect(told).toEqual([{ from: 0, to: 1, lost: null }, { from: 2, to: 3, lost: "∞" }, { from: 4, to: 4, lost: "NaN" }, { from: 5, to: 5, lost: null }]);
    expect(stretches(of([]))).toEqual([]);
  });

  it("lets what flew off stand at the top", () => {
    expect(heights(of([1, 2, Number.NaN]), 100, 5).y(Number.NaN)).toBe(5);
    expect(heights(of([]), 100).y(0.5)).toBe(50);
  });
});

describe("the epoch of a step", () => {
  const runs = [
    { number: 1, parent: null, changes: [] },
    { number: 2, parent: 1, changes: ["lr 0.1 instead of 0.2"] },
    { number: 3, parent: 2, changes: ["batches of 8 instead of 16"] },
  ];
  it("is counted on by a fork that goes over the same rows in the same order", () => {
    expect(epochAt(10, runs[0], runs, 10)).toBe(0);
    expect(epochAt(11, runs[1], runs, 10)).toBe(1);
  });
  it("is not told where a fork counts anew, or where its parent is not here", () => {
    expect(epochAt(11, runs[2], runs, 10)).toBeNull();
    expect(epochAt(11, runs[1], [runs[1]], 10)).toBeNull();
  });
});

describe("equations", () => {
  it("are spoken as they are read", () => {
    expect(spoken(row(sub("w", "new"), op("="), mi("w"), op("−"), num(0.01), op("·"), factor(-18.667)))).toBe("w_new = w − 0.01 · ( −18.67 )");
    expect(spoken(frac(sup("e", "z"), "2"))).toBe("(e^z) / (2)");
    expect(spoken(num(-4.1e-9))).toBe("−4.1 × 10^−9");
  });
});

describe("roots", () => {
  it("have their fractions on one line, in brackets where they need them", () => {
    expect(spoken(root(frac(num(4.66e-7), num(0.001))))).toBe("√(4.66 × 10^−7 / 0.001)");
    expect(spoken(root(frac("v", row(num(1), op("−"), "b"))))).toBe("√(v / ( 1 − b ))");
    expect(spoken(root(frac(row("v", op("+"), "u"), "n")))).toBe("√(( v + u ) / n)");
    expect(spoken(frac("m", root("v")))).toBe("(m) / (√(v))");
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
