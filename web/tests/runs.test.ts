import { describe, expect, it } from "vitest";
import { COLUMN_KINDS, kindOf } from "../src/lib/kinds";
import type { RunRow, Upload } from "../src/lib/messages";
import { costOf, FormError, inWords, layer, optimizerOf, placeOf, questionOf, usual } from "../src/views/runs/form";
import { makeToy, TOYS } from "../src/views/runs/toys";
import { chartHeight, familyOf, lossesOf, metIn, ownPart, parseRuns, resultOf, standing, together, treeOf, wordsOf } from "../src/views/runs/tree";

const run = (number: number, parent: number | null, start: number, steps: number, planned = steps): RunRow =>
  ({ number, parent, start, steps, planned, status: "completed", training: false, name: null }) as RunRow;
const runs = [run(1, null, 0, 50), run(2, 1, 20, 50), run(3, 1, 10, 100), run(4, 3, 40, 60, 80), run(5, null, 0, 10)];

describe("the tree", () => {
  it("puts the newest family first and forks below what they left, the earliest first", () => {
    expect(treeOf(runs).map(({ run, depth, from }) => [run.number, depth, from])).toEqual([[5, 0, null], [1, 0, null], [3, 1, 1], [4, 2, 2], [2, 1, 1]]);
  });

  it("draws each family to its longest run", () => {
    const four = treeOf(runs)[3];
    expect([four.begin, four.end, four.planned]).toEqual([0.4, 0.6, 0.8]);
    expect(treeOf([run(7, 99, 5, 10)])[0]).toMatchObject({ depth: 0, from: null, begin: 0.5 });
  });

  it("knows families, choices and words", () => {
    expect(familyOf(runs, 4)).toEqual([1, 2, 3, 4]);
    expect(familyOf(runs, 5)).toEqual([5]);
    expect(parseRuns("4,4,9,1,x", runs)).toEqual([4, 1]);
    expect(parseRuns(undefined, runs)).toEqual([]);
    expect(standing({ ...runs[0], training: true, status: "queued" })).toBe("waits for its turn");
    expect(standing({ ...runs[0], status: "stopped" })).toBe("stopped");
    expect(standing({ ...runs[0], status: "nonfinite" })).toBe("diverged (NaN or infinity)");
    expect(standing(runs[0])).toBe("");
  });

  it("says what a fork changed, and where its parent is not here", () => {
    const fork = { ...run(2, 1, 1200, 1500), changes: ["lr 0.05 instead of 0.01"] };
    expect(wordsOf(treeOf([run(1, null, 0, 1300), fork])[1])).toBe("from run 1 at step 1,200: lr 0.05 instead of 0.01");
    expect(wordsOf(treeOf([fork])[0])).toBe("from run 1, which is not here, at step 1,200: lr 0.05 instead of 0.01");
    expect(wordsOf(treeOf([{ ...run(1, null, 0, 9), network: "2-1 relu", optimizer: "sgd 0.1" }])[0])).toBe("2-1 relu · sgd 0.1");
  });

  it("says of a fork without a change that there is none", () => {
    for (const changes of [["nothing"], []]) expect(wordsOf(treeOf([run(1, null, 0, 1300), { ...run(2, 1, 1200, 1500), changes }])[1])).toBe("from run 1 at step 1,200: no setting changed");
  });

  it("tells a run by its measure, else by its loss, if it has one", () => {
    expect(resultOf({ ...runs[0], metric_text: "63.3 % right", loss_last: 0.1 })).toBe("63.3 % right");
    expect(resultOf({ ...runs[0], metric_text: null, loss_last: 0.12345 })).toBe("loss 0.123");
    expect(resultOf({ ...runs[0], metric_text: null, loss_last: null })).toBe("–");
    expect(resultOf({ ...runs[0], metric_text: null, loss_last: null, status: "nonfinite" })).toBe("no finite loss");
  });

  it("tells two losses apart, or says that they are equal", () => {
    expect(lossesOf(4004, 0.105, 0.105)).toBe("In step 4,004 both have the loss 0.105, equal to the last digit.");
    expect(lossesOf(4004, 0.105, 0.2)).toBe("In step 4,004 their losses are 0.105 and 0.2.");
    expect(lossesOf(7, 0.10512, 0.10513)).toBe("In step 7 their losses are 0.10512 and 0.10513.");
  });

  it("begin with the first point of a long curve, which its first stretch does not show, and leave the parent's to it", () => {
    const whole = { x: [200, 400], y: [0.3, 0.2] };
    expect(ownPart(0, { x: [1], y: [1.7] }, whole)).toEqual({ x: [1, 200, 400], y: [1.7, 0.3, 0.2] });
    expect(ownPart(10, { x: [11], y: [1.7] }, { x: [10, 11, 12], y: [4, 1.7, 1.5] })).toEqual({ x: [11, 12], y: [1.7, 1.5] });
    expect(ownPart(0, { x: [1], y: [1.7] }, { x: [1], y: [1.7] })).toEqual({ x: [1], y: [1.7] });
    expect(ownPart(300, { x: [], y: [] }, whole)).toEqual({ x: [400], y: [0.2] });
    // A file answers with the whole curve, whatever part is asked for.
    expect(ownPart(300, whole, whole)).toEqual({ x: [400], y: [0.2] });
  });

  it("brings curves onto common steps without inventing ends", () => {
    const { x, y } = together([{ x: [1, 10], y: [5, 6] }, { x: [4, 20], y: [7, 8] }]);
    expect([...x]).toEqual([1, 4, 10, 20]);
    expect([...y[0]]).toEqual([5, 5, 6, NaN]);
    expect([...y[1]]).toEqual([NaN, 7, 7, 8]);
  });
});

describe("made-up data", () => {
  it("are the same for the same seed, and others for another", () => {
    for (const { id } of TOYS) expect(makeToy(id, 20, 0.1, 3)).toEqual(makeToy(id, 20, 0.1, 3));
    expect(makeToy("moons", 20, 0, 3)).not.toEqual(makeToy("moons", 20, 0, 4));
  });

  it("are what they are called", () => {
    expect(makeToy("line", 3, 0, 0)).toEqual({ x: [[1], [2], [3]], y: [2, 4, 6] });
    const xor = makeToy("xor", 100, 0, 0);
    xor.x.forEach(([a, b], i) => expect(a * b > 0 ? 1 : 0).toBe(xor.y[i]));
    const circles = makeToy("circles", 200, 0, 1);
    circles.x.forEach(([a, b], i) => expect(Math.hypot(a, b) < 0.6 ? 1 : 0).toBe(circles.y[i]));
  });
});

describe("the chart of the chosen runs", () => {
  it("fills what the screen has beside the tree, half of it above a comparison", () => {
    expect(chartHeight(1440, 900, 1, false)).toBe(570);
    expect(chartHeight(3840, 2160, 2, false)).toBe(750);
    expect(chartHeight(3840, 2160, 2, true)).toBe(375);
  });

  it("is as high as ever on small screens", () => {
    expect(chartHeight(360, 800, 1, false)).toBe(300);
    expect(chartHeight(1440, 500, 1, true)).toBe(300);
  });
});

describe("the form", () => {
  it("asks for the first lesson to the digit", () => {
    expect(questionOf(usual("toy", "line"))).toEqual({
      data: { x: [[1], [2], [3]], y: [2, 4, 6] },
      network: [{ units: null, activation: "identity", bias: false, init: "zeros" }],
      seed: 0, dtype: "float64", loss: "mse", optimizer: { law: "sgd", lr: 0.01 }, batch_size: null, epochs: 50, name: "y = 2x",
    });
  });

  it("leaves to the engine what is left empty", () => {
    const form = { ...usual("bundled", "penguins"), optimizer: "auto", length: null };
    const ask = questionOf(form);
    for (const name of ["loss", "optimizer", "epochs", "steps", "batch_size", "validation", "target"]) expect(ask).not.toHaveProperty(name);
  });

  it("tells the optimizer only the numbers that were filled in", () => {
    const form = { ...usual("bundled", "digits"), optimizer: "sgd", lr: 0.1, numbers: { momentum: 0.9, weight_decay: null, nesterov: true } };
    expect(optimizerOf(form)).toEqual({ law: "sgd", lr: 0.1, momentum: 0.9, nesterov: true });
    expect(optimizerOf({ ...form, optimizer: "adam", lr: null, glide: true, numbers: {} })).toEqual({ law: "adam", lr: { law: "cosine", lr: 0.001 } });
  });

  it("says how many points there may be", () => {
    for (const points of [0, 1, 2.5, 20_001, 1_000_000]) {
      const form = { ...usual("toy", "moons"), points };
      expect(() => questionOf(form)).toThrow(`Points must be a whole number from 2 to 20,000, got ${points.toLocaleString("en-US")}.`);
    }
    expect(questionOf({ ...usual("toy", "moons"), points: 20_000 }).data.y).toHaveLength(20_000);
    expect(questionOf({ ...usual("toy", "moons"), points: null }).data.y).toHaveLength(300);
  });

  it("estimates without the run's name, and says what is to be mended once data are chosen", () => {
    const form = usual("toy", "xor");
    expect(JSON.stringify(costOf({ ...form, name: "a" }))).toBe(JSON.stringify(costOf({ ...form, name: "b" })));
    expect(JSON.stringify(costOf({ ...form, seed: 1 }))).not.toBe(JSON.stringify(costOf(form)));
    expect(costOf({ ...form, noise: -1 })).toEqual({ ask: null, wrong: "Noise is a standard deviation: 0 or more." });
    expect(costOf(usual("upload", ""))).toEqual({ ask: null, wrong: "" });
    expect(inWords("lr must be above 0, got -1.0")).toBe("Learning rate must be above 0, got -1.0");
    expect(inWords("estimate.epochs must be a whole number, got 2.5")).toBe("Epochs must be a whole number, got 2.5");
  });

  it("sends an upload with the kinds that were overruled", () => {
    const upload = { upload: "k", name: "a.csv", rows: 9, fields: [], targets_proposed: ["y"], notes: [] } as unknown as Upload;
    const form = { ...usual("upload", ""), upload, kinds: { a: "dmy" as const }, target: "y", split: "part" as const, part: 25, batch: "some" as const };
    expect(questionOf(form)).toMatchObject({ data: { upload: "k", columns: { a: "dmy" } }, target: "y", validation: 0.25, batch_size: 32 });
    expect(() => questionOf({ ...form, target: "" })).toThrow(FormError);
    expect(() => questionOf({ ...form, upload: null })).toThrow("no table yet");
    // The network is what `engineroom train` chooses for a table, until somebody chooses it by hand.
    expect(questionOf(form)).not.toHaveProperty("network");
    expect(questionOf({ ...form, layers: "own" }).network).toHaveLength(3);
    expect(() => questionOf({ ...form, layers: "own", hidden: [layer(null, "relu")] })).toThrow("number of neurons");
  });

  it("offers the orders of a date, and shows the one that was chosen", () => {
    // The words are those of the table that engineroom train --dry-run prints.
    expect(COLUMN_KINDS.map(({ words }) => words)).toEqual(expect.arrayContaining(["number (decimal comma)", "yes or no", "date (year-month-day)", "not read"]));
    expect(COLUMN_KINDS.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["number", "category", "boolean", "date", "dmy", "mdy", "ymd", "drop"]));
    // The engine answers that such a column is a date.
    expect(kindOf({ name: "born", kind: "date" }, { born: "dmy" })).toBe("dmy");
    expect(kindOf({ name: "born", kind: "date" }, { died: "dmy" })).toBe("date");
  });

  it("puts the engine's sentences where they belong", () => {
    const sentences: [string, string][] = [
      ["lr must be above 0, got -1.0", "rate"],
      ["momentum must be at least 0 and below 1, got 1.5", "optimizer"],
      ["epochs must be a whole number of at least 1, got 0", "length"],
      ["units of Dense must be at least 1, got 0", "network"],
      ["mse needs numbers, but the target has 3 classes; use cross_entropy", "loss"],
      ["validation must be a fraction between 0 and 1 or a whole number of rows, got 3.5", "split"],
      ["std of normal must be above 0, got -1.0", "network"],
      ["there is no column 'pric': did you mean 'price'?", "data"],
      ["something else", "form"],
    ];
    for (const [sentence, group] of sentences) expect(placeOf(sentence), sentence).toBe(group);
  });
});

describe("how far two runs are one", () => {
  it("tells their record from their weights", () => {
    const gaps = { "all weights": {} };
    expect(metIn({ shared: 10, common: 60, parting: { state: 501 }, gaps })).toBe("Up to step 10 they are one run, and all weights are equal to the last bit up to step 500.");
    expect(metIn({ shared: 100, common: 315, parting: { state: 101 }, gaps })).toBe("Up to step 100 they are one run.");
    expect(metIn({ shared: 0, common: 60, parting: { state: 0 }, gaps })).toBe("They have no step in common.");
    expect(metIn({ shared: 0, common: 60, parting: null, gaps })).toBe("They have no step in common, yet all weights are equal to the last bit up to step 60.");
    expect(metIn({ shared: 0, common: 60, parting: null, gaps: {} })).toBe("They have no step in common.");
  });
});
