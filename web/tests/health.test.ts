import { describe, expect, it } from "vitest";
import { formulaIn, commonRange, inPercent, judgeActivation, judgeGradient, judgeLife, judgeRatio, judgeUnits, lately, placeOnDial, rateFell, upTo, ZONES, type Course } from "../src/views/health/verdict";

const course = (layer: string, ...values: number[]): Course => ({ layer, values });
const steady = (layer: string, value: number): Course => course(layer, ...new Array<number>(8).fill(value));

describe("lately", () => {
  it("is the middle of the last quarter", () => {
    expect(lately([9, 9, 9, 9, 9, 9, 1, 3])).toBe(2);
    expect(lately([5])).toBe(5);
    expect(lately([])).toBeNull();
    expect(lately([1, NaN])).toBeNull();
  });
});

describe("verdicts", () => {
  it("on the update beside the weight", () => {
    expect(judgeRatio([steady("dense1", 1e-3), steady("dense2", 2e-3)])).toEqual({ state: "well", sentence: "Every layer moves at a good pace, from 0.1 to 0.2 % a step lately." });
    expect(judgeRatio([steady("dense1", 5e-5)]).sentence).toBe("Every layer still moves, but some only little by now: 0.005 % a step.");
    expect(judgeRatio([steady("dense1", 0.5)]).state).toBe("ill");
    expect(judgeRatio([steady("dense1", 0.05), steady("dense2", 0.5)])).toEqual({
      state: "ill",
      sentence: "Each step of dense1 is large: it changes its weights by 5 %; each step throws dense2 about: it changes its weights by 50 %.",
    });
    expect(judgeRatio([steady("dense1", 1e-7)]).state).toBe("watch");
    expect(judgeRatio([course("dense1", 1e-3, NaN)])).toMatchObject({ state: "ill" });
    expect(judgeRatio([course("dense1", 1e-3, 1e-3, NaN, NaN)], false, [1, 40, 80, 1200]).sentence).toBe(
      "The weights or gradients of dense1 became NaN or infinite by step 80: the run diverged. Fork it from an earlier step with a smaller learning rate.",
    );
    expect(judgeRatio([]).state).toBe("unknown");
  });

  it("begins with no layer's name, as names keep their spelling", () => {
    const begins = [0.5, 0.05, 1e-7].map((value) => judgeRatio([steady("dense1", value)]).sentence);
    expect([...begins, judgeActivation([steady("dense1", 0)]).sentence].filter((told) => !/^[A-Z][a-z]* /.test(told) || /^dense1/i.test(told))).toEqual([]);
  });

  it("on the gradient", () => {
    expect(judgeGradient([steady("dense1", 0.1), steady("dense2", 0.2)]).state).toBe("well");
    expect(judgeGradient([steady("dense1", 1e-6), steady("dense2", 0.5)]).sentence).toContain("vanishes");
    expect(judgeGradient([steady("dense1", 1e5)]).sentence).toContain("explodes");
    expect(judgeGradient([steady("dense1", 1e-9)]).state).toBe("watch");
    expect(judgeGradient([course("dense1", 1, Infinity)]).state).toBe("ill");
  });

  it("on activations and units", () => {
    expect(judgeActivation([steady("dense1", 0.4)]).state).toBe("well");
    expect(judgeActivation([steady("dense1", 0)]).sentence).toContain("answers the same");
    expect(judgeUnits([steady("dense1", 0.05)], "dead").state).toBe("well");
    expect(judgeUnits([steady("dense1", 0.3)], "dead").state).toBe("watch");
    expect(judgeUnits([steady("dense1", 0.8)], "saturated")).toMatchObject({ state: "ill" });
    expect(judgeUnits([], "dead").state).toBe("unknown");
    expect(judgeUnits([course("dense1", ...new Array<number>(7).fill(0.31), 0.328)], "dead").sentence).toContain("32.8 % of dense1 is silent");
  });
});

describe("a learning rate that the schedule brings down", () => {
  const steps = Array.from({ length: 48 }, (_, i) => 1 + i);
  const cosine = steps.map((step) => (1 + Math.cos((Math.PI * step) / 48)) / 2);

  it("has fallen where it is below a tenth of its peak to the end", () => {
    const last = rateFell(steps, cosine)!;
    expect([cosine[last - 1] >= 0.1, cosine[last] < 0.1]).toEqual([true, true]);
    expect(rateFell(steps, steps.map(() => 0.01))).toBeNull();
    expect(rateFell([1, 2, 3], [0.001, 0.5, 1])).toBeNull();
    expect(rateFell([1, 2, 3, 4], [0.001, 1, 0.5, 0.01])).toBe(3);
    expect(rateFell([], [])).toBeNull();
  });

  it("is judged by what came before", () => {
    const moves = course("dense1", ...cosine.map((rate) => rate * 4e-3));
    const last = rateFell(steps, cosine)!;
    const found = judgeRatio([upTo(steps, moves, last)], true);
    expect(found.state).toBe("well");
    expect(found.sentence).toMatch(/^Every layer moved at a good pace, 0\.\d+ % a step, before the schedule brought the learning rate below a tenth of its peak\.$/);
    expect(judgeRatio([steady("dense1", 1e-7)], true).sentence).toMatch(/^The weights of dense1 hardly move any more: .* % a step, before the schedule/);
    expect(upTo([5, 6], course("dense1", 1, 2), 4).values).toEqual([1, 2]);
  });
});

describe("a network without a living neuron", () => {
  it("is called dead before anything else", () => {
    const found = judgeLife([steady("dense1", 1), steady("dense2", 0.4)]);
    expect(found).toMatchObject({ state: "ill" });
    expect(found!.sentence).toMatch(/^The network is dead: no neuron of dense1 gives anything but 0/);
    expect(judgeLife([steady("dense1", 1), steady("dense2", 1)])!.sentence).toContain("of dense1 or of dense2");
    expect(judgeLife([steady("dense1", 0.98)])).toBeNull();
    expect(judgeLife([course("dense1", 1, 1, 1, 1, 1, 1, 0, 0)])).toBeNull();
    expect(judgeLife([])).toBeNull();
  });

  it("is not called well by any of the others", () => {
    expect(judgeUnits([steady("dense1", 1)], "dead").state).toBe("ill");
    expect(judgeRatio([steady("dense1", 0), steady("dense2", 1e-3)]).state).toBe("watch");
    expect(judgeGradient([steady("dense1", 0), steady("dense2", 0)]).state).toBe("watch");
    expect(judgeGradient([steady("dense1", 0), steady("dense2", 0.5)])).toEqual({
      state: "ill",
      sentence: "Nothing of the blame that reaches dense2 reaches dense1, which therefore cannot learn.",
    });
    expect(judgeActivation([steady("dense1", 0), steady("dense2", 0)]).state).toBe("ill");
  });
});

describe("scales", () => {
  it("go from creeping to flying off, without gaps", () => {
    expect([0, 1 / 2000, 1 / 50, 1 / 2, 1, 8, 1e9].map((share) => placeOnDial(share))).toEqual([0, 0, 0.25, 0.5, 0.75, 1, 1]);
    expect(placeOnDial(Math.SQRT1_2)).toBeCloseTo(0.625, 12);
    // With momentum it creeps only up to a far smaller part.
    expect(placeOnDial(0.01, 0.001)).toBeGreaterThan(0.25);
    expect(placeOnDial(0.001, 0.001)).toBe(0.25);
    for (let i = 1; i < ZONES.length; i++) expect(ZONES[i].from).toBe(ZONES[i - 1].to);
  });

  it("are shared by all layers", () => {
    expect(commonRange([course("a", 0.02, 0.5), course("b", NaN, 3)], true)).toEqual([0.01, 10]);
    // 1e-7 in per cent is 9.999999999999999e-6.
    expect(commonRange([inPercent(course("a", 1e-7, 1e-3))], true)).toEqual([1e-5, 1]);
    expect(commonRange([course("a", 0, 10)], false)).toEqual([-0.5, 10.5]);
    expect(commonRange([course("a", NaN)], false)).toBeUndefined();
  });
});

describe("the limit's formula", () => {
  it("is taken from what is printed, over its lines", () => {
    expect(formulaIn("  sharpness    2.7\n  limit      0.0438  2*(1 + beta1)/(1 - beta1) / (scaled + decay), by\n                   adamw\n  scaled: ...")).toBe("2 · (1 + beta1)/(1 - beta1) / (scaled + decay), by adamw");
    expect(formulaIn("  limit        0.2142857  2 / sharpness, by sgd")).toBe("2 / sharpness, by sgd");
    expect(formulaIn("nothing")).toBeNull();
  });
});
