import { describe, expect, it } from "vitest";
import { activationOf, erf } from "../src/views/neuron/activation";
import { byMagnitude, curveOf, dotsOf, frameOf, keptOrder, scatter, strips, summary } from "../src/views/neuron/picture";

describe("activations", () => {
  it("agree with what is known of them", () => {
    // Values to ten digits, worked out with mpmath.
    const known: [string, number, number][] = [
      ["identity", -1.5, -1.5], ["relu", -1.5, 0], ["relu", 2, 2], ["sigmoid", 1, 0.7310585786], ["tanh", 0.5, 0.4621171573],
      ["gelu", 1, 0.8413447461], ["gelu", -0.5, -0.1542687694], ["silu", -1, -0.2689414214], ["softplus", 0, 0.6931471806], ["softplus", 40, 40],
    ];
    for (const [law, z, a] of known) expect(activationOf({ law })!(z), `${law} at ${z}`).toBeCloseTo(a, 6);
    expect(activationOf({ law: "leaky_relu", alpha: 0.2 })!(-1)).toBeCloseTo(-0.2, 12);
  });

  it("cannot be told of a neuron alone where neighbours count", () => {
    expect(activationOf({ law: "softmax" })).toBeNull();
    expect(activationOf({ law: "of tomorrow" })).toBeNull();
  });

  it("has an odd error function", () => {
    expect(erf(1)).toBeCloseTo(0.8427007929, 6);
    expect(erf(-1)).toBeCloseTo(-erf(1), 15);
  });
});

describe("the curve", () => {
  const relu = activationOf({ law: "relu" })!;
  const z = Float32Array.of(-1, 0.5, 2);
  const a = Float32Array.of(0, 0.5, 2);
  const box = { left: 0, right: 100, top: 0, bottom: 100 };

  it("takes the bias off, and puts another one on", () => {
    expect(dotsOf(z, a, 0.5, null, relu).map((dot) => dot.u)).toEqual([-1.5, 0, 1.5]);
    expect(dotsOf(z, a, 0.5, 2, relu).map((dot) => dot.a)).toEqual([0.5, 2, 3.5]);
    expect(dotsOf(z, a, 0.5, 2, null).map((dot) => dot.a)).toEqual([0, 0.5, 2]);
  });

  it("holds every dot and the bend", () => {
    const dots = dotsOf(z, a, 0.5, null, relu);
    const frame = frameOf(dots, [0.5, 4], relu, box);
    expect(frame.x(-4)).toBeGreaterThan(0);
    for (const dot of dots) {
      expect(frame.x(dot.u)).toBeGreaterThanOrEqual(0);
      expect(frame.x(dot.u)).toBeLessThanOrEqual(100);
      expect(frame.y(dot.a)).toBeGreaterThanOrEqual(0);
      expect(frame.y(dot.a)).toBeLessThanOrEqual(100);
    }
  });

  it("draws the bend where it is", () => {
    const frame = frameOf(dotsOf(z, a, 0.5, null, relu), [0.5], relu, box);
    const corner = `${frame.x(-0.5).toFixed(1)} ${frame.y(0).toFixed(1)}`;
    expect(curveOf(relu, 0.5, frame, 7)).toContain(corner);
  });

  it("says what a shift does", () => {
    expect(summary(dotsOf(z, a, 0.5, null, relu))).toEqual({ mean: 2.5 / 3, active: 2 });
    expect(summary(dotsOf(z, a, 0.5, 2, relu))).toEqual({ mean: 2, active: 3 });
  });
});

describe("what stands beside it", () => {
  it("puts rows into the strip of their class", () => {
    expect(strips(Int32Array.of(1, 0, 1, 5), 3)).toEqual([[1], [0, 2], []]);
  });

  it("scatters steadily within its strip", () => {
    expect(scatter(7)).toBe(scatter(7));
    for (let i = 0; i < 50; i++) expect(Math.abs(scatter(i))).toBeLessThanOrEqual(1);
  });

  it("lists the heaviest first", () => {
    expect(byMagnitude([0.1, -3, 2], 2)).toEqual([1, 2]);
  });

  it("keep their order while they are held, and are put in order anew after it", () => {
    const order = keptOrder();
    expect(order([], 2, null)).toEqual([]);
    expect(order([0.1, -3, 2], 2, "neuron 0")).toEqual([1, 2]);
    expect(order([9, -3, 4], 2, "neuron 0")).toEqual([1, 2]);
    expect(order([9, -3, 4], 2, "neuron 1")).toEqual([0, 2]);
    expect(order([1, -3, 4], 2, null)).toEqual([2, 1]);
    expect(order([7, -3, 4], 2, null)).toEqual([0, 2]);
  });
});
