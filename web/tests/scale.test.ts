import { describe, expect, it } from "vitest";
import { clamp, decades, ease, extent, linear, reach, ticks } from "../src/lib/scale";

describe("scales", () => {
  it("go there and back", () => {
    const scale = linear([-1, 3], [200, 0]);
    expect(scale(1)).toBe(100);
    expect(scale.invert(scale(2.25))).toBeCloseTo(2.25, 12);
    expect(linear([5, 5], [0, 10])(5)).toBe(0);
  });

  it("find the finite range", () => {
    expect(extent([3, Number.NaN, -1, Infinity])).toEqual([-1, 3]);
    expect(extent([])).toBeNull();
    expect(reach([-4, 2])).toBe(4);
    expect(reach([], 0.1)).toBe(0.1);
    expect(clamp(5, 0, 3)).toBe(3);
  });

  it("choose round ticks", () => {
    expect(ticks(0, 10)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(ticks(-0.31, 0.29, 3)).toEqual([-0.2, 0, 0.2]);
    expect(ticks(2, 2)).toEqual([2]);
    // As a landscape is drawn where the loss is 0 to the last bit.
    const narrow = ticks(2 - 1e-13, 2 + 1e-13, 6);
    expect(narrow.length).toBeGreaterThan(3);
    expect(new Set(narrow).size).toBe(narrow.length);
    expect(ticks(1e16, 1e16 + 2)).toEqual([1e16]);
  });

  it("begin and end slowly", () => {
    expect([ease(0), ease(0.5), ease(1)]).toEqual([0, 0.5, 1]);
    expect(ease(0.1)).toBeLessThan(0.1);
    expect(ease(0.9)).toBeGreaterThan(0.9);
  });

  it("marks powers of ten, however small", () => {
    expect(decades(0.01, 100, 5)).toEqual([0.01, 0.1, 1, 10, 100]);
    expect(decades(1e-33, 10, 4)).toEqual([1e-33, 1e-24, 1e-15, 1e-6]);
    expect(decades(0.4, 3, 4)).toEqual([0.5, 1, 2]);
  });
});

describe("ticks of a logarithmic axis", () => {
  it("are round numbers where fewer than two powers of ten are in sight", () => {
    expect(decades(0.5, 1.6)).toEqual([0.6, 0.8, 1, 1.2, 1.4, 1.6]);
    expect(decades(0.3, 6)).toEqual([0.5, 1, 2, 5]);
    expect(decades(1, 1000)).toEqual([1, 10, 100, 1000]);
  });
});
