import { describe, expect, it } from "vitest";
import { lostIn, lostWeights } from "../src/views/cycle/lost";
import type { Scene } from "../src/views/cycle/scene";

describe("numbers that are none any more", () => {
  const link = { weight: Float32Array.of(1, 2), after: Float32Array.of(NaN, Infinity), bias: Float32Array.of(0), biasAfter: Float32Array.of(-Infinity) };
  const scene = { links: [link, { ...link, bias: null, biasAfter: null }] } as unknown as Scene;

  it("are counted before the step and after it", () => {
    expect(lostWeights(scene, false)).toBe(0);
    expect(lostWeights(scene, true)).toBe(5);
  });

  it("are never looked for among shades, which are colours already", () => {
    expect(lostIn(Float32Array.of(1, NaN))).toBe(true);
    expect(lostIn(Float32Array.of(1, 0))).toBe(false);
    expect(lostIn(Uint8Array.of(0, 255))).toBe(false);
  });
});
