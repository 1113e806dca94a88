import { describe, expect, it } from "vitest";
import { column } from "../src/lib/framing";
import { spoken } from "../src/lib/mathml";
import type { Cycle, Description } from "../src/lib/state.svelte";
import { chance, told } from "../src/views/cycle/equations";
import { passed } from "../src/views/cycle/passage";
import { blames, moves, positionOf, products, sceneOf, steadyReach } from "../src/views/cycle/scene";

// y = 2x on x = 1, 2, 3 from w = 0 with lr 0.01: loss 18.6667, gradient -18.6667, weight 0.1867.
const description = {
  layers: [{ name: "dense1", kind: "dense", inputs: 1, outputs: 1, activation: "identity", formula: "z", bias: false }],
  parameters: [{ name: "dense1.weight", shape: [1, 1] }],
  inputs: ["x"],
  outputs: ["y"],
  target: { kind: "number", names: ["y"], measures: [{ unit: "", currency: false, dates: false, deviation: null }], mean: [0], scale: [1] },
  loss: "mse",
  loss_law: { words: "squared", formula: "mean of (out - y)^2" },
  optimizer: { law: "sgd", attributes: { momentum: 0, weight_decay: 0 }, words: "downhill", formula: "w - lr*g" },
  start: 0,
} as unknown as Description;
const f64 = (name: string, values: number[], shape?: number[]): ReturnType<typeof column> => column(name, new Float64Array(values), shape);
const grad = -(2 / 3) * (1 * 2 + 2 * 4 + 3 * 6);
const cycle = {
  step: 1,
  epoch: 0,
  lr: 0.01,
  loss: 56 / 3,
  batch: 3,
  rows: [0, 1, 2],
  rows_shown: 3,
  operations: [],
  columns: {
    x: f64("x", [1, 2, 3], [3, 1]),
    y: f64("y", [2, 4, 6], [3, 1]),
    "dense1.z": f64("dense1.z", [0, 0, 0], [3, 1]),
    "dense1.z.grad": f64("dense1.z.grad", [-4 / 3, -8 / 3, -4], [3, 1]),
    "loss.examples": f64("loss.examples", [4, 16, 36]),
    "dense1.weight": f64("dense1.weight", [0], [1, 1]),
    "dense1.weight.grad": f64("dense1.weight.grad", [grad], [1, 1]),
    "dense1.weight.after": f64("dense1.weight.after", [-0.01 * grad], [1, 1]),
  },
} as unknown as Cycle;

describe("a probability in an equation", () => {
  it("has as many digits as tell what is left to 1", () => {
    // 1 - 0.9999509 over a batch of 16 is 3.07e-6: with four digits it would stand there as (1 - 1) / 16.
    expect([0.9999509, 0.5, 0.99895, 0.9995, 1, 0].map((p) => spoken(chance(p)))).toEqual(["0.9999509", "0.5", "0.99895", "0.9995", "1", "0"]);
  });
});

describe("the scene of a step", () => {
  it("holds the chosen row's numbers, and the first row's where the row is not in the batch", () => {
    expect(positionOf(cycle, 2)).toBe(2);
    expect(positionOf(cycle, 17)).toBe(0);
    const scene = sceneOf(description, cycle, 2);
    expect([...scene.values[0], ...scene.values[1]]).toEqual([3, 0]);
    expect(scene.target[0]).toBe(6);
    expect(scene.loss).toBe(36);
    expect(scene.signals[1]?.[0]).toBe(-4);
    expect(scene.links[0].bias).toBeNull();
  });

  it("multiplies what flows forward and back, weight by weight", () => {
    const link = { ...sceneOf(description, cycle, 0).links[0], inputs: 2, outputs: 2, weight: new Float32Array([1, 2, 3, 4]), after: new Float32Array([1.5, 2, 3, 3]) };
    expect([...products(link, new Float32Array([10, -1]))]).toEqual([10, 20, -3, -4]);
    expect([...blames(link, new Float32Array([1, -1]))]).toEqual([1, -2, 3, -4]);
    expect([...moves(link)]).toEqual([0.5, 0, 0, -1]);
  });

  it("rounds scales up, so that they do not flicker", () => {
    expect(steadyReach([0.21, -0.29])).toBeCloseTo(0.3);
    expect(steadyReach([0.3])).toBeCloseTo(0.3);
    expect(steadyReach([8])).toBe(10);
    expect(steadyReach([0, 0])).toBe(1);
  });

  it("lets a wave pass the gaps one after the other", () => {
    expect([0, 1, 2].map((k) => passed(0.5, k, 3))).toEqual([1, 0.5, 0]);
    expect([0, 1, 2].map((k) => passed(1, k, 3))).toEqual([1, 1, 1]);
  });
});

describe("the equations", () => {
  const say = (phase: "forward" | "loss" | "backward" | "update", row: number): string => {
    const scene = sceneOf(description, cycle, row);
    return told(description, scene, cycle, phase, { link: 0, from: 0, to: 0 }).equations.map(spoken).join(" ; ").replace(/\s+/g, " ");
  };

  it("carry the numbers of the first lesson", () => {
    expect(say("forward", 0)).toContain("0 · 1");
    expect(say("loss", 2)).toContain("= 36");
    expect(say("loss", 2)).toContain("18.67");
    expect(say("backward", 0)).toContain("−1.333");
    expect(say("backward", 0)).toContain("−18.67");
    expect(say("update", 0)).toContain("0.01 · ( −18.67 )");
    expect(say("update", 0)).toContain("0.18667");
  });
});
