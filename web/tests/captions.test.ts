import { describe, expect, it } from "vitest";
import { placeCaptions } from "../src/views/health/captions";

describe("the numbers below a histogram", () => {
  it("stand on one line where there is room", () => {
    expect(placeCaptions(200, 40, 40, 100, 7)).toEqual({ high: 0, zero: 0 });
    expect(placeCaptions(200, 40, 40, null, 7)).toEqual({ high: 0, zero: 0 });
  });

  it("put zero below an end that it would run into", () => {
    expect(placeCaptions(200, 40, 40, 45, 7)).toEqual({ high: 0, zero: 1 });
    expect(placeCaptions(200, 40, 40, 152, 7)).toEqual({ high: 0, zero: 1 });
  });

  it("put the ends below each other where they would meet, and leave zero out where neither line has room", () => {
    expect(placeCaptions(84, 40, 40, null, 7)).toEqual({ high: 1, zero: 0 });
    expect(placeCaptions(84, 40, 40, 60, 7)).toEqual({ high: 1, zero: 0 });
    expect(placeCaptions(84, 40, 40, 30, 7)).toEqual({ high: 1, zero: 1 });
    expect(placeCaptions(84, 60, 60, 42, 7)).toEqual({ high: 1, zero: null });
  });
});
