import { describe, expect, it } from "vitest";
import { hanging, pieces, program, refusal, type CodeLine, type Hole } from "../../src/lessons/parts/python";
import { given, markDone, readDone, type Shelf } from "../../src/lessons/parts/progress";
import { pythonOf, orderOf } from "../../src/lessons/parts/descent.svelte";

describe("pieces", () => {
  it("keeps every letter", () => {
    for (const line of ["for epoch in range(50):  # again", 'er.train(net, "digits", lr=1e-3)', "dense1 = x[3]"]) expect(pieces(line).map((p) => p.text).join("")).toBe(line);
  });
  it("tells words, numbers, texts and comments", () => {
    expect(pieces('for i in "a1": # 2').filter((p) => p.kind !== "plain").map((p) => [p.text, p.kind])).toEqual([
      ["for", "word"],
      ["in", "word"],
      ['"a1"', "text"],
      ["# 2", "comment"],
    ]);
    expect(pieces("dense1").map((p) => p.kind)).toEqual(["plain"]);
    expect(pieces("0.01").map((p) => p.kind)).toEqual(["number"]);
  });
});

describe("program", () => {
  it("writes the numbers into their holes", () => {
    const lines: CodeLine[] = [{ parts: ["w = ", { hole: "start", label: "", value: -0.5, change: () => undefined }] }, { parts: ["print(w)"] }];
    expect(program(lines)).toBe("w = -0.5\nprint(w)\n");
  });
});

describe("a number that a hole does not take", () => {
  const change = (): void => undefined;
  const lr: Hole = { hole: "lr", label: "lr, the learning rate", value: 0.01, above: 0, change };
  const epochs: Hole = { hole: "epochs", label: "epochs: how many steps", value: 50, min: 1, max: 5000, step: 1, change };
  const seed: Hole = { hole: "start", label: "seed: it sets the random weights", value: 0, min: 0, step: 1, change };
  const start: Hole = { hole: "start", label: "start: the weight that it begins with", value: 0, change };
  it("is told of with what would be taken", () => {
    for (const bad of [-1, 0]) expect(refusal(lr, bad, String(bad))).toBe(`lr must be a number above 0, got ${bad}.`);
    for (const bad of [0, 99999, 2.5]) expect(refusal(epochs, bad, String(bad))).toBe(`epochs must be a whole number from 1 to 5,000, got ${bad}.`);
    expect(refusal(seed, -1, "-1")).toBe("seed must be a whole number not below 0, got -1.");
    expect(refusal(start, NaN, "")).toBe("start must be a number, got none that can be used.");
  });
  it("is not told of where it is taken", () => {
    for (const [hole, value] of [[lr, 1e-9], [epochs, 1], [epochs, 5000], [seed, 0], [start, -7.5]] as const) expect(refusal(hole, value, String(value))).toBeNull();
  });
});

describe("a line too long for its place", () => {
  it("goes on farther in than it begins", () => {
    expect(["w = 1", "    w = 1"].map((text) => hanging({ parts: [text] }))).toEqual([6, 10]);
    expect(hanging({ parts: [{ hole: "w", label: "", value: 1, change: () => undefined }] })).toBe(6);
  });
});

describe("the order of a descent", () => {
  it("says the same in Python and to the engine", () => {
    const zero = { start: 0, seed: 0, lr: 0.01, epochs: 50 } as const;
    expect(orderOf(zero, "a")).toMatchObject({ network: [{ units: 1, bias: false, init: "zeros" }], optimizer: { law: "sgd", lr: 0.01 }, epochs: 50, batch_size: null, dtype: "float64" });
    expect(pythonOf(zero).join("\n")).toContain('init="zeros"');
    expect(pythonOf(zero).at(-1)).toBe('print(run.trace("dense1.weight[0, 0]")[-1])');
    const roll = { ...zero, start: "roll", seed: 3 } as const;
    expect(orderOf(roll, "a").network?.[0].init).toEqual({ law: "uniform", low: -4, high: 4 });
    expect(pythonOf(roll).join("\n")).toContain("init=er.Uniform(-4, 4)");
    expect(orderOf({ ...zero, start: 1.5 }, "a").network?.[0].init).toEqual({ law: "constant", value: 1.5 });
  });
});

describe("progress", () => {
  const shelf = (text: string | null): Shelf & { text: string | null } => ({
    text,
    getItem() {
      return this.text;
    },
    setItem(_key, value) {
      this.text = value;
    },
  });
  it("is kept", () => {
    const kept = shelf(null);
    markDone("2", kept);
    expect([...markDone("1", kept)].sort()).toEqual(["1", "2"]);
    expect([...readDone(kept)].sort()).toEqual(["1", "2"]);
  });
  it("survives nonsense, and a browser that keeps nothing", () => {
    expect(readDone(shelf("{oops")).size).toBe(0);
    expect([...readDone(shelf('[1,"3"]'))]).toEqual(["3"]);
    expect([...markDone("4", null)]).toEqual(["4"]);
    const full: Shelf = { getItem: () => null, setItem: () => { throw new Error("full"); } };
    expect([...markDone("4", full)]).toEqual(["4"]);
  });
  it("takes numbers of the address only where they can be used", () => {
    expect(given("0.5", 1)).toBe(0.5);
    for (const bad of [undefined, "", "x", "Infinity"]) expect(given(bad, 1)).toBe(1);
    expect(given("-2", 1, 0)).toBe(1);
    expect(given("9", 1, 0, 5)).toBe(1);
  });
});
