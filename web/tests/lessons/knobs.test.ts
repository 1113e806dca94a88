import { describe, expect, it } from "vitest";
import { angleOf, arc, turned, valueAt } from "../../src/lessons/parts/dial";
import { activate, HOURS, LAWS, lossOf, OPEN } from "../../src/lessons/parts/neuron";

describe("the dial", () => {
  const plain = { min: 0, max: 0.3 };
  const log = { min: 0.001, max: 1, log: true };
  it("goes from the lower left to the lower right", () => {
    expect(angleOf(plain, 0)).toBe(-135);
    expect(angleOf(plain, 0.15)).toBeCloseTo(0, 12);
    expect(angleOf(plain, 9)).toBe(135);
    expect(angleOf(log, 0.1)).toBeCloseTo(-135 + 180, 9);
  });
  it("reads the value that it shows", () => {
    for (const range of [plain, log]) for (const part of [0.1, 0.5, 0.9]) {
      const value = turned(range, range.min, part * 100);
      expect(valueAt(range, angleOf(range, value))).toBeCloseTo(value, 9);
    }
  });
  it("gives the gap below to the nearer end", () => {
    expect(valueAt(plain, 170)).toBe(0.3);
    expect(valueAt(plain, -170)).toBe(0);
    expect(valueAt(plain, 190)).toBe(0);
  });
  it("stays between its ends", () => expect(turned(plain, 0.29, 10)).toBe(0.3));
  it("draws the long way round when that is meant", () => {
    expect(arc(-135, 135, 10, 12)).toContain("A10 10 0 1 1");
    expect(arc(0, 90, 10, 12)).toBe("M12.00 2.00A10 10 0 0 1 22.00 12.00");
  });
});

describe("one neuron", () => {
  it("bends as its laws say", () => {
    expect(LAWS.map(({ law }) => activate(law, -2))).toEqual([-2, 0, Math.tanh(-2), 1 / (1 + Math.exp(2))]);
    expect(activate("sigmoid", 0)).toBe(0.5);
  });
  it("follows the dots with a bias, and cannot without", () => {
    expect(lossOf("sigmoid", 1.5, -4.5)).toBeLessThan(1e-5);
    const best = Math.min(...Array.from({ length: 401 }, (_, i) => lossOf("sigmoid", -10 + i / 20, 0)));
    expect(best).toBeGreaterThan(0.05);
    expect(lossOf("identity", 0, 0)).toBeCloseTo(OPEN.reduce((sum, y) => sum + y * y, 0) / HOURS.length, 12);
  });
});
