import { describe, expect, it } from "vitest";
import { throwOf, type Landscape } from "../src/views/weight/throw";

const MARGIN = { left: 10, right: 10, top: 10, bottom: 10 };

/** The parabola (w - lowest)² from -1 to 1, with a step from 0.5 to 0.25, the slope at its beginning given. */
function parabola(lowest: number, slope: number): Landscape {
  const values = [-1, -0.5, 0, 0.5, 1];
  const loss = (w: number): number => (w - lowest) ** 2;
  const mark = (w: number) => ({ label: "", at: [w], loss: loss(w) });
  return {
    title: "", step: 1, rows: "", count: 3, sentences: [], losses: values.map(loss), lowest: mark(lowest), marks: [mark(0.5), mark(0.25)],
    axes: [{ name: "w", place: "", values, slope }],
  };
}

describe("the step as a throw", () => {
  it("says whether the lowest point lies inside, or the loss still falls at an edge", () => {
    for (const [lowest, inside] of [[-1, false], [0.1, true], [1, false]] as const) expect(throwOf(parabola(lowest, 1), 420, 220, MARGIN)!.inside).toBe(inside);
  });

  it("draws the slope no farther than the picture reaches, either way", () => {
    for (const slope of [8, -8]) {
      const { tangent, y, before } = throwOf(parabola(0, slope), 420, 220, MARGIN)!;
      const [x0, y0, x1, y1] = tangent!;
      for (const at of [y0, y1]) expect(at >= 10 - 1e-9 && at <= 210 + 1e-9).toBe(true);
      expect(x0).toBeLessThan(before[0]);
      expect(x1).toBeGreaterThan(before[0]);
      // 200 pixels to a unit across.
      expect((y.invert(y1) - y.invert(y0)) / ((x1 - x0) / 200)).toBeCloseTo(slope, 9);
    }
  });
});
