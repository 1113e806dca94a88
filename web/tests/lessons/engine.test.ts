import { describe, expect, it } from "vitest";
import { column, type Columns } from "../../src/lib/framing";
import type { Asks } from "../../src/lib/messages";
import { accountOf, imageOf, inTheMiddle, largestMove } from "../../src/lessons/parts/account";
import { blameOf, gradientsOf, placeOf, valueOf } from "../../src/lessons/parts/blame";
import { band, sample, smoothed, ravineLoss, winner } from "../../src/lessons/parts/race";
import { factsOf } from "../../src/lessons/parts/steps";
import { scoreOf, verdict, VERDICTS } from "../../src/lessons/parts/table";

type Cycle = Asks["cycle"]["answer"];

function cycle(columns: Record<string, readonly [number[], number[]]>, rows: number, loss = 0): Cycle {
  const made: Columns = Object.fromEntries(Object.entries(columns).map(([name, [data, shape]]) => [name, column(name, Float64Array.from(data), shape)]));
  return { step: 1, epoch: 0, lr: 0.01, loss, batch: rows, rows: Array.from({ length: rows }, (_, i) => i), rows_shown: rows, operations: [], columns: made } as Cycle;
}

describe("one step of one weight", () => {
  it("is read as the lesson tells it: y = 2x from 0", () => {
    const facts = factsOf(
      cycle(
        { x: [[1, 2, 3], [3, 1]], y: [[2, 4, 6], [3, 1]], "dense1.z": [[0, 0, 0], [3, 1]], "loss.examples": [[4, 16, 36], [3]], "dense1.z.grad": [[-4 / 3, -8 / 3, -4], [3, 1]], "dense1.weight": [[0], [1, 1]], "dense1.weight.after": [[0.18666666666666665], [1, 1]], "dense1.weight.grad": [[-56 / 3], [1, 1]] },
        3,
        56 / 3,
      ),
    );
    expect(facts.rows.map((row) => row.off)).toEqual([-2, -4, -6]);
    expect(facts.rows.reduce((sum, row) => sum + row.share, 0)).toBeCloseTo(facts.slope, 12);
    expect(facts.rows.reduce((sum, row) => sum + row.squared, 0) / 3).toBeCloseTo(facts.loss, 12);
    expect(facts.after).toBeCloseTo(facts.before - facts.lr * facts.slope, 12);
  });
});

describe("the way of the error back", () => {
  // Two rows through 1 - 2 - 1 with tanh, worked by the chain rule here and compared with nudges of the whole network.
  const w1 = [0.4, -0.7];
  const b1 = [0.1, 0.2];
  const w2 = [0.9, -0.3];
  const b2 = -0.1;
  const X = [0.5, -1.2];
  const Y = [1, 0.25];
  const run = (a: number[], b: number[], c: number[], d: number): { hidden: number[][]; said: number[]; loss: number } => {
    const hidden = X.map((x) => a.map((w, j) => Math.tanh(w * x + b[j])));
    const said = hidden.map((h) => h.reduce((sum, v, j) => sum + v * c[j], d));
    return { hidden, said, loss: said.reduce((sum, s, i) => sum + (s - Y[i]) ** 2, 0) / 2 };
  };
  const { hidden, said, loss } = run(w1, b1, w2, b2);
  const slope = (nudge: (e: number) => number): number => (nudge(1e-6) - nudge(-1e-6)) / 2e-6;
  const plus = (values: number[], at: number, e: number): number[] => values.map((v, i) => (i === at ? v + e : v));
  const truth: Record<string, number> = {
    "dense1.weight[0, 0]": slope((e) => run(plus(w1, 0, e), b1, w2, b2).loss),
    "dense1.weight[0, 1]": slope((e) => run(plus(w1, 1, e), b1, w2, b2).loss),
    "dense1.bias[1]": slope((e) => run(w1, plus(b1, 1, e), w2, b2).loss),
    "dense2.weight[1, 0]": slope((e) => run(w1, b1, plus(w2, 1, e), b2).loss),
    "dense2.bias[0]": slope((e) => run(w1, b1, w2, b2 + e).loss),
  };
  const step = cycle(
    { x: [X, [2, 1]], "dense1.weight": [w1, [1, 2]], "dense1.bias": [b1, [2]], "dense2.weight": [w2, [2, 1]], "dense2.bias": [[b2], [1]], "dense1.a": [hidden.flat(), [2, 2]], "dense2.z.grad": [said.map((s, i) => s - Y[i]), [2, 1]], "dense1.weight.grad": [[truth["dense1.weight[0, 0]"], truth["dense1.weight[0, 1]"]], [1, 2]] },
    2,
    loss,
  );
  it.each(Object.keys(truth))("adds up to the slope of %s", (name) => {
    expect(blameOf(step, name, 0).share + blameOf(step, name, 1).share).toBeCloseTo(truth[name], 7);
  });
  it("tells what came together on the way", () => {
    const { factors, share } = blameOf(step, "dense1.weight[0, 1]", 1);
    expect(factors).toHaveLength(4);
    expect(factors.reduce((product, factor) => product * factor.value, 1)).toBeCloseTo(share, 15);
    expect(factors[3].so).toBe(share);
  });
  it("finds elements by name", () => {
    expect(placeOf(step, "dense2.weight[1, 0]")).toBe(1);
    expect(valueOf(step, "dense1.bias[1]")).toBe(0.2);
    expect(gradientsOf(step, ["dense1.weight[0, 1]"]).get("dense1.weight[0, 1]")).toBe(truth["dense1.weight[0, 1]"]);
  });
});

describe("the account of a weight", () => {
  const told = {
    name: "dense1.weight[3, 5]", place: "from `pixel4` to neuron 5 of dense1", index: [3, 5], step: 7, old: { value: 0.5 }, new: { value: 0.25 }, residual: { value: 0 },
    gradient: { value: { value: 1.5 }, batch: 32, up: [{ row: 4, push: { value: 0.1 }, target: "3", prediction: "8" }], down: [{ row: 9, push: { value: -0.3 }, target: "1", prediction: "7" }], rest: { count: 30, push: { value: -0.05 } } },
    sentences: ["It was `pixel4`."], proof: null,
  };
  it("has the hardest push first, whatever its sign", () => {
    const account = accountOf(told);
    expect(account.pushes.map((push) => push.row)).toEqual([9, 4]);
    expect([account.old, account.new, account.gradient, account.restCount]).toEqual([0.5, 0.25, 1.5, 30]);
    expect(account.place).toBe("from pixel4 to neuron 5 of dense1");
    expect(account.proof).toBeNull();
  });
  it("reads the step made without a row", () => {
    const proof = { row: 9, change: { value: -0.25 }, really: { value: 0.05 }, predicted: { value: 0.04 }, words: "`so`" };
    expect(accountOf({ ...told, proof }).proof).toEqual({ row: 9, change: -0.25, really: 0.05, predicted: 0.04, words: "so" });
  });
  it("finds the weight that moved furthest, among the inputs that count", () => {
    const moved = cycle({ w: [[0, 0, 0, 0, 0, 0], [3, 2]], "w.after": [[0.1, -0.2, 0.1, 0.5, -0.9, 0], [3, 2]] }, 1);
    expect(largestMove(moved, "w")).toBe("w[2, 0]");
    expect(largestMove(moved, "w", (input) => input < 2)).toBe("w[1, 1]");
    expect(largestMove(moved, "w", () => false)).toBeNull();
    expect(largestMove(moved, "v")).toBeNull();
  });
  it("lays a neuron's weights out as an image", () => {
    expect([...imageOf([1, 2, 3, 4], 2, 1, [3, 0], 4)]).toEqual([4, 0, 0, 2]);
    expect([inTheMiddle(27, [8, 8]), inTheMiddle(24, [8, 8]), inTheMiddle(3, [8, 8])]).toEqual([true, false, false]);
  });
});

describe("the race", () => {
  it("smooths by means", () => expect(smoothed([1, 3, 5, 7, 9], 2)).toEqual({ x: [2, 4], y: [2, 6] }));
  it("reads between the points of a grid", () => {
    const grid = [[0, 1], [10, 11]];
    expect(sample(grid, [0, 1], [0, 1], 0.5, 0.5)).toBe(5.5);
    expect(sample(grid, [0, 1], [0, 1], 1, 0)).toBe(10);
  });
  it("draws deeper bands for smaller losses", () => expect([4, 1, 0.1, 0].map((loss) => band(loss, 0))).toEqual([2, 0, -4, -7]));
  it("knows the loss anywhere in the ravine", () => {
    // Two rows of two weights each, straight through their shared bottom at (-1, 3).
    expect(ravineLoss(-1, 3)).toBeCloseTo(0, 20);
    expect(ravineLoss(0, 0)).toBeCloseTo((1.9 ** 2 + 1.25 ** 2) / 2, 12);
  });
  it("is won by the lowest that is still a number", () => {
    expect(winner(new Map([["a", 3], ["b", NaN], ["c", 1], ["d", Infinity]]))).toBe("c");
    expect(winner(new Map([["b", NaN]]))).toBeNull();
  });
});

describe("how good it is", () => {
  const beliefs = (prediction: number[], y: number[], classes: string[]): Asks["beliefs"]["answer"] =>
    ({ step: 1, part: "validation", rows: [], loss: 0, right: null, classes, inputs: [], columns: { prediction: column("prediction", Float64Array.from(prediction)), y: column("y", Float64Array.from(y)) } }) as Asks["beliefs"]["answer"];
  it("counts what is wrong, beside the commonest class", () => {
    const score = scoreOf(beliefs([0, 1, 1, 0], [0, 1, 0, 0], ["a", "b"]));
    expect(score).toEqual({ error: 0.25, plain: 0.25, rows: 4 });
    expect(verdict(score)).toBe("no");
  });
  it("lets the plain rule know only the rows that were trained on", () => {
    // Trained on 10 and 20 the mean is 15: off by 14, 13 and 9.
    expect(scoreOf(beliefs([1, 2, 3], [1, 2, 6], []), [10, 20]).plain).toBeCloseTo(Math.sqrt((14 ** 2 + 13 ** 2 + 9 ** 2) / 3), 12);
    expect(scoreOf(beliefs([0, 1, 1, 0], [0, 1, 0, 0], ["a", "b"]), [1, 1, 0]).plain).toBe(0.75);
    expect(scoreOf(beliefs([0, 1], [1, 1], ["a", "b"]), [1, 0]).plain).toBe(1);
  });
  it("measures numbers by the root of the mean square, beside the mean", () => {
    const score = scoreOf(beliefs([1, 2, 3], [1, 2, 6], []));
    expect(score.error).toBeCloseTo(Math.sqrt(3), 12);
    expect(score.plain).toBeCloseTo(Math.sqrt(14 / 3), 12);
    expect(verdict(score)).toBe("some");
    expect(verdict({ error: 1, plain: 3, rows: 1 })).toBe("much");
    expect(verdict({ error: NaN, plain: 3, rows: 1 })).toBe("no");
  });
  it("is guessed by words of which no two are true", () => {
    const words = Object.fromEntries(VERDICTS.map(({ id, text }) => [id, text]));
    expect(words[verdict({ error: 41.2, plain: 576, rows: 1 })]).toBe("Less than half as wrong");
    expect(words[verdict({ error: 2, plain: 3, rows: 1 })]).toMatch(/^Less wrong, but at least half/);
    expect(words[verdict({ error: 4, plain: 3, rows: 1 })]).toMatch(/or worse$/);
  });
});
