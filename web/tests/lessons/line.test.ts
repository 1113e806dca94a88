import { describe, expect, it } from "vitest";
import { beginning, CURVATURE, fateOf, LIMIT, lossAt, ONE_THROW, predictions, printed, printedLines, printing, python, slopeAt, slopeBehind } from "../../src/lessons/parts/line";

/** The run by hand: what the page must never do for a run, and a test may. */
function descend(lr: number, epochs: number, start = 0): { losses: number[]; weights: number[] } {
  const weights = [start];
  const losses: number[] = [];
  for (let i = 0; i < epochs; i++) {
    losses.push(lossAt(weights[i]));
    weights.push(weights[i] - lr * slopeAt(weights[i]));
  }
  return { losses, weights };
}

describe("the loss of one weight", () => {
  it("is what a pencil finds", () => {
    expect(predictions(0.5)).toEqual([0.5, 1, 1.5]);
    expect(lossAt(0)).toBeCloseTo(56 / 3, 12);
    expect(slopeAt(0)).toBeCloseTo(-56 / 3, 12);
    expect(lossAt(2)).toBe(0);
  });
  it("has a slope that finite differences confirm", () => {
    for (const w of [-3, 0.1, 2, 5]) expect(slopeAt(w)).toBeCloseTo((lossAt(w + 1e-5) - lossAt(w - 1e-5)) / 2e-5, 6);
  });
  it("curves by 28/3, so one throw lands at 3/28 and 6/28 is the limit", () => {
    expect(CURVATURE).toBeCloseTo(28 / 3, 12);
    expect(ONE_THROW.toFixed(7)).toBe("0.1071429");
    expect(LIMIT.toFixed(7)).toBe("0.2142857");
  });
});

describe("where the weight begins", () => {
  it("is put down to chance only where chance put it there", () => {
    expect(beginning(-3.5, true)).toBe("Chance put the weight at −3.5: far from what is wanted.");
    expect(beginning(0, false)).toBe("The weight was set to 0: far from what is wanted.");
    expect(beginning(2, false)).toBe("The weight was set to 2.");
  });
});

describe("the slope behind a weight", () => {
  it("is the one that its update took", () => {
    const { weights } = descend(0.15, 3);
    expect(slopeBehind(weights, 0)).toBeNull();
    for (const made of [1, 2, 3]) expect(weights[made - 1] - 0.15 * slopeBehind(weights, made)!).toBe(weights[made]);
    expect(slopeBehind(weights, 1)).toBeCloseTo(-56 / 3, 12);
    expect(slopeBehind(weights, 4)).toBeNull();
    expect(slopeBehind([], 1)).toBeNull();
  });
});

describe("fateOf", () => {
  it.each([
    [0.01, "creeps"],
    [0.1071429, "lands"],
    [0.15, "jumps"],
    [0.2142, "jumps"],
    [0.2142857, "swings"],
    [0.2143, "flies"],
    [0.22, "flies"],
  ] as const)("lr %f %s", (lr, fate) => expect(fateOf(descend(lr, 10).weights)).toBe(fate));
  it("says so when nothing moves", () => expect(fateOf([2, 2, 2])).toBe("stands"));
  it("takes a weight that left all numbers for one that flies", () => expect(fateOf([0, Infinity])).toBe("flies"));
});

describe("what is printed", () => {
  it("is the lesson's five lines, to the digit", () => {
    const { losses, weights } = descend(0.01, 50);
    expect(printedLines(losses, weights)).toEqual([
      "Epoch 0: Loss=18.6667, Weight=0.1867",
      "Epoch 10: Loss=2.6304, Weight=1.3193",
      "Epoch 20: Loss=0.3707, Weight=1.7445",
      "Epoch 30: Loss=0.0522, Weight=1.9041",
      "Epoch 40: Loss=0.0074, Weight=1.9640",
    ]);
  });
  it("is every epoch of a short run, and never more than fits", () => {
    expect(printedLines([1, 2], [0, 1, 2])).toEqual([printed(0, 1, 1), printed(1, 2, 2)]);
    const { losses, weights } = descend(0.01, 1000);
    expect(printedLines(losses, weights).length).toBeLessThan(10);
  });
  it("is printed by the program beside it", () => {
    expect(printing(50)).toEqual([
      "    if epoch % 10 == 0:",
      '        print(f"Epoch {epoch}:",',
      '              f"Loss={loss:.4f},",',
      '              f"Weight={w:.4f}")',
      'print("\\nAfter 50 epochs "',
      '      "the weight is")',
      "print(w)",
    ]);
    expect(printing(1000)[0]).toBe("    if epoch % 200 == 0:");
    expect(printing(1000)[4]).toBe('print("\\nAfter 1,000 epochs "');
    expect(printing(1).slice(0, 4)).toEqual(['    print(f"Epoch {epoch}:",', '          f"Loss={loss:.4f},",', '          f"Weight={w:.4f}")', 'print("\\nAfter 1 epoch "']);
  });
  it("writes numbers as Python does", () => {
    expect(python(2)).toBe("2.0");
    expect(python(1.985092237632895)).toBe("1.985092237632895");
    expect(python(1e-7)).toBe("1e-07");
  });
});
