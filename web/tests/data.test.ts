import { describe, expect, it } from "vitest";
import { column, type Columns } from "../src/lib/framing";
import type { Beliefs } from "../src/lib/messages";
import { confusionOf, distance, entryAt, judged, missTold, pairsTold, parseCell, placeOf, rowsIn, titleOf } from "../src/lib/beliefs";
import { classColors, levelPixels, numberColor, oklch, regionPixels } from "../src/lib/colors";
import { marksIn, nearest, neighbour, roomFor } from "../src/lib/plot";

const answer = (columns: Columns, classes: string[] = []): Beliefs => ({
  step: 5, part: "validation", rows: [10, 11, 12, 13], loss: 0.5, right: classes.length ? 0.5 : null, classes, inputs: ["x"], columns,
});
const classes = answer(
  {
    y: column("y", Int32Array.of(0, 0, 1, 1)),
    prediction: column("prediction", Int32Array.of(0, 1, 1, 0)),
    loss: column("loss", Float32Array.of(0.1, 1, 0.2, 2)),
    probabilities: column("probabilities", Float32Array.of(0.9, 0.1, 0.25, 0.75, 0.2, 0.8, 0.875, 0.125), [4, 2]),
    confusion: column("confusion", Int32Array.of(1, 1, 1, 1), [2, 2]),
  },
  ["cat", "dog"],
);
const values = answer({
  y: column("y", Float64Array.of(1, 2, 3, 4), [4, 1]),
  prediction: column("prediction", Float64Array.of(1, 2, 3, 6), [4, 1]),
  loss: column("loss", Float32Array.of(0, 0, 0, 4)),
});

describe("beliefs", () => {
  it("name classes, and how sure the network is of what it says", () => {
    expect(entryAt(classes, 1)).toEqual({ row: 11, truth: "cat", said: "dog", chance: 0.75, loss: 1, right: false });
    expect(entryAt(values, 3)).toEqual({ row: 13, truth: 4, said: 6, chance: null, loss: 4, right: null });
  });

  it("count what is taken for what", () => {
    expect(confusionOf(classes)).toMatchObject({ totals: [2, 2], worst: 1, classes: ["cat", "dog"] });
    expect(confusionOf(values)).toBeNull();
    expect(rowsIn(classes, 1, 0)).toEqual([3]);
    expect(rowsIn(classes, 0, 1)).toEqual([1]);
  });

  it("read a cell from the address only where there is one", () => {
    expect(parseCell("1,0", 2)).toEqual([1, 0]);
    for (const text of ["2,0", "0,2", "a", "1", "", undefined]) expect(parseCell(text, 2)).toBeNull();
  });

  it("say how far off numbers are", () => {
    // One of four is 2 off: the root of 4/4. The truth varies by 5 in all, of which 4 is not told.
    expect(distance(values)).toEqual({ rmse: 1, told: 1 - 4 / 5 });
    expect(placeOf(values, 12)).toBe(2);
    expect(placeOf(values, null)).toBe(-1);
  });

  it("are told in one sentence, of a sample as one", () => {
    const measure = { unit: "kg", currency: false, dates: false, deviation: null };
    expect(judged(classes, 4, measure)).toBe("50 % of 4 held-out rows are right; loss 0.5.");
    expect(judged({ ...classes, part: "training", loss: null }, 4000, measure)).toBe("50 % of 4 rows it trains on (a sample of 4,000) are right; the loss is NaN or infinite.");
    expect(judged(values, 4, measure)).toBe("off by 1 kg (root mean squared error) over 4 held-out rows, which tells 20 % of how they vary (R²); loss 0.5.");
    const lost = { ...values.columns, prediction: column("prediction", Float64Array.of(1, NaN, 3, 6), [4, 1]) };
    expect(judged({ ...values, columns: lost }, 4, measure)).toBe("what the network says of 4 held-out rows is NaN or infinite; loss 0.5.");
    expect(titleOf(true)).not.toBe(titleOf(false));
  });
});

describe("what is true beside what is said", () => {
  const grams = { unit: "g", currency: false, dates: false, deviation: 20 };

  it("has as many decimals", () => {
    expect(pairsTold([{ truth: 225, said: 269.17 }, { truth: 200, said: 201 }], grams)).toEqual([{ truth: "225.0 g", said: "269.2 g" }, { truth: "200.0 g", said: "201.0 g" }]);
    expect(pairsTold([{ truth: "cat", said: "dog" }], grams)).toEqual([{ truth: "cat", said: "dog" }]);
    expect(pairsTold([], grams)).toEqual([]);
  });

  it("is off by as many, and dates by days", () => {
    expect(missTold(225, 269.17, grams)).toEqual({ truth: "225.0 g", said: "269.2 g", off: "44.2 g" });
    expect(missTold(18_000, 18_002.5, { ...grams, unit: "days since 1970-01-01", dates: true })).toEqual({ truth: "2019-04-14", said: "2019-04-17", off: "2.5 days" });
  });
});

describe("colours", () => {
  it("agree with what is known of OKLCH", () => {
    expect(oklch(1, 0, 0).map(Math.round)).toEqual([255, 255, 255]);
    expect(oklch(0, 0, 0).map(Math.round)).toEqual([0, 0, 0]);
    // oklch(0.627955 0.257683 29.2339) is sRGB red.
    expect(oklch(0.627955, 0.257683, 29.2339).map(Math.round)).toEqual([255, 0, 0]);
  });

  const palette = { panel: "#ffffff", negative: "#0000ff", positive: "#ff0000" } as never;
  it("give two classes the signs' colours, and numbers blue below and orange above", () => {
    expect(classColors(2, palette, false)).toEqual([[0, 0, 255], [255, 0, 0]]);
    expect(new Set(classColors(10, palette, false).map(String)).size).toBe(10);
    expect(numberColor(5, 0, 10, palette)).toEqual([255, 255, 255]);
    expect(numberColor(99, 0, 10, palette)).toEqual([255, 0, 0]);
    expect(numberColor(0, 0, 10, palette)).toEqual([0, 0, 255]);
    expect(numberColor(5, 0, 10, palette, "#808080")).toEqual([128, 128, 128]);
    expect(numberColor(99, 0, 10, palette, "#808080")).toEqual([255, 0, 0]);
  });

  it("put the largest y on the first row of a picture", () => {
    const paper = [0, 0, 0] as const;
    const red = [255, 0, 0] as const;
    const none = [0, 0, 0] as const;
    // One x, two y: only the upper place belongs to the red class.
    const pixels = regionPixels([0, 1, 1, 0], 1, 2, [red, none], paper);
    expect(pixels[0] & 255).toBeGreaterThan(pixels[1] & 255);
    const levels = levelPixels([0, 1], 1, 2, 1, (v) => (v ? red : none), paper);
    expect(levels[0] & 255).toBeGreaterThan(levels[1] & 255);
  });

  it("leave out what is NaN", () => {
    const paper = [255, 255, 255] as const;
    expect(Array.from(regionPixels([NaN, NaN, 1, 0], 1, 2, [paper, paper], paper), (p) => p >>> 24)).toEqual([255, 0]);
    expect(Array.from(levelPixels([NaN, 7], 1, 2, 1, (v) => numberColor(v, 0, 10, palette), paper), (p) => p >>> 24)).toEqual([255, 0]);
  });
});

describe("the plot", () => {
  it("marks two round numbers at least, however small it is", () => {
    expect(marksIn([-3.7, 3.7], 2)).toEqual([-2, 0, 2]);
    expect(marksIn([-3.7, 3.7], 0.4)).toEqual([-2, 0, 2]);
    expect(marksIn([0, 10], 5)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(marksIn([7, 7], 5)).toEqual([7]);
  });

  const places = [[0, 0], [10, 0], [10, 9], [30, 1]] as const;
  it("finds the dot that is meant", () => {
    expect(nearest(places, 11, 1)).toBe(1);
    expect(nearest(places, 100, 100)).toBe(-1);
  });

  it("goes to the next dot that way, and stays where there is none", () => {
    expect(neighbour(places, 0, 1, 0)).toBe(1);
    expect(neighbour(places, 1, 1, 0)).toBe(3);
    expect(neighbour(places, 1, 0, 1)).toBe(2);
    expect(neighbour(places, 3, 1, 0)).toBe(3);
    expect(neighbour(places, -1, 1, 0)).toBe(0);
    expect(neighbour([], -1, 1, 0)).toBe(-1);
    // The first one is less far that way, and far aside.
    expect(neighbour([[0, 0], [5, 4], [8, 0]], 0, 1, 0)).toBe(2);
  });

  it("makes room for finite numbers alone", () => {
    expect(roomFor([[0, 10], [NaN, Infinity]], 0.1)).toEqual([-1, 11]);
    expect(roomFor([[]])).toEqual([0, 1]);
    expect(roomFor([[2]], 0.5)).toEqual([1, 3]);
  });
});
