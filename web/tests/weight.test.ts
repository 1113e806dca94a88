import { describe, expect, it } from "vitest";
import { plain } from "../src/lib/format";
import { labels } from "../src/lib/labels";
import type { Told } from "../src/lib/messages";
import { strandsOf } from "../src/views/weight/chain";
import { axes, chosen, moved } from "../src/views/weight/choose";
import { decimal, equal, exactText, minus, plus, readFraction, readHex, shortest } from "../src/views/weight/exact";
import { closeUp, landscapeOf, throwOf } from "../src/views/weight/throw";
import { addsUp, amount, exampleOf, findingBeside, pushesOf, rememberedOf, remembersAll, type Figure, type Gradient, type Link, type Memory } from "../src/views/weight/why";

const of = (value: number, exact?: string): Figure => ({ value, hex: "", exact });

describe("exact numbers", () => {
  it("reads bits as Python writes them", () => {
    expect(decimal(readHex("0x1.999999999999ap-5")!)).toBe("0.05000000000000000277555756156289135105907917022705078125");
    expect(decimal(readHex("-0x1.8000000000000p+1")!)).toBe("−3");
    expect(decimal(readHex("0x0.0p+0")!)).toBe("0");
    expect(readHex("nan")).toBeNull();
  });

  it("writes every digit of a fraction that ends, and others as they are", () => {
    expect(exactText(readFraction("101207/33554432")!)).toBe("0.0030162036418914794921875");
    expect(exactText(readFraction("-1/3")!)).toBe("−1 / 3");
  });

  it("adds without rounding", () => {
    expect(plus(readFraction("1/3")!, readFraction("1/6")!)).toEqual({ over: 1n, under: 2n });
    expect(equal(minus(readFraction("1/2")!, readFraction("1/3")!), readFraction("1/6")!)).toBe(true);
  });

  it("names a float32 by as few digits as numpy does", () => {
    expect(shortest(0.11725213378667831, "float32")).toBe("0.117252134");
    expect(shortest(-0.9589999914169312, "float32")).toBe("−0.959");
    expect(shortest(0.5093594074074075, "float64")).toBe("0.5093594074074075");
    expect(shortest(1.5e-9, "float64")).toBe("1.5\u00a0×\u00a010⁻⁹");
  });
});

describe("the answer", () => {
  // Step 3 of the first lesson: 0.3559... to 0.5094..., as `why` tells it.
  const account = {
    terms: [{ amount: of(0.1534482962962963, "49796819175423798048573993568715/324518553658426726783156020576256") }],
    rounding: of(4.7875974789551236e-17, "15536642093692469/324518553658426726783156020576256"),
  };

  it("adds up to the last bit", () => {
    const change = of(0.15344829629629636, "2764278760082551/18014398509481984");
    expect(addsUp({ account, change } as never)).toBe(true);
    expect(addsUp({ account, change: of(0.15, "3/20") } as never)).toBe(false);
    expect(addsUp({ account: { ...account, terms: [] }, change } as never)).toBeNull();
  });

  const example = (row: number, push: number): Gradient["up"][number] => ({ row, position: row, index: row, input: of(1), raw: null, error: of(1), contribution: of(1), push: of(push), target: `${row}`, prediction: "?" });
  const gradient = { up: [example(1, 0.2), example(4, 0.01)], down: [example(2, -0.1), example(3, 0)], rest: { count: 2, push: of(0.001), contribution: of(1) }, rounding_push: of(1e-9), silence: null } as unknown as Gradient;

  it("puts the hardest push first, and the others in one bar", () => {
    expect(pushesOf(gradient).map((push) => push.row)).toEqual([1, 2, 4, null, null]);
    expect(pushesOf(gradient).slice(-2).map(({ label, value }) => [label, value])).toEqual([["2 others", 0.001], ["rounding", 1e-9]]);
    expect(exampleOf(gradient, 2)?.push.value).toBe(-0.1);
    expect(exampleOf(gradient, 9)).toBeNull();
  });

  it("lists what is remembered, and the rest in one bar", () => {
    const nothing = of(0, "0/1");
    const memory = { steps: [{ step: 7, gradient: of(3), amount: of(-0.25, "-1/4") }], others_count: 1, others: of(0.125, "1/8"), others_silent: false, rounding: nothing, since: 1, older: nothing, earlier: of(-0.125, "-1/8") } as unknown as Memory;
    const listed = (of: Memory): unknown[] => rememberedOf(of).map(({ label, value, step }) => [label, value, step]);
    expect(listed(memory)).toEqual([["step 7", -0.25, 7], ["1 other", 0.125, null]]);
    expect(remembersAll(memory)).toBe(true);

    const long = { ...memory, rounding: of(2 ** -40, "1/1099511627776"), since: 3, older: of(0.5, "1/2"), earlier: of(0.375 + 2 ** -40, "412316860417/1099511627776") };
    expect(listed(long)).toEqual([["step 7", -0.25, 7], ["1 other", 0.125, null], ["rounding", 2 ** -40, null], ["before step 3", 0.5, null]]);
    expect(remembersAll(long)).toBe(true);
    expect(remembersAll({ ...long, rounding: nothing })).toBe(false);
  });

  it("writes signs as the page does", () => {
    expect(plain("from `x`: -0.5 and (-1.2), 3-4")).toBe("from x: −0.5 and (−1.2), 3-4");
    expect(plain("by -5.782e-05")).toBe("by −5.782\u00a0×\u00a010⁻⁵");
  });

  it("draws the strongest strand thickest", () => {
    const link = (value: number, index: number): Link => ({ neuron: `${index}`, index, weight: of(1), error: null, amount: of(value) });
    const strands = strandsOf([link(-4, 0), link(1, 1)], 100, 30);
    expect(strands.map((s) => s.width)).toEqual([12, 3.75]);
    expect(strands.map((s) => s.y)).toEqual([15, 45]);
    expect(strands[0].path).toBe("M100 15C50 15 50 30 0 30");
  });
});

describe("the throw", () => {
  const told = {
    axes: [{ name: "w", place: "", values: [0, 1, 2, 3, 4], slope: { value: -4, hex: "" } }],
    losses: [4, 1, 0, 1, null],
    marks: [{ label: "before", at: [0], loss: { value: 4, hex: "" } }, { label: "after", at: [1], loss: { value: 1, hex: "" } }],
    lowest: { label: "lowest", at: [2], loss: { value: 0, hex: "" } },
    sentences: [], title: "", step: 1, rows: "batch", count: 3, text: "",
  } as unknown as Told;
  const margin = { left: 10, right: 10, top: 10, bottom: 10 };

  it("takes the bits off the numbers", () => {
    const landscape = landscapeOf(told);
    expect([landscape.marks[0].loss, landscape.lowest.loss, landscape.axes[0].slope]).toEqual([4, 0, -4]);
  });

  it("places the curve, the step and the bullseye", () => {
    const picture = throwOf(landscapeOf(told), 420, 220, margin)!;
    expect(picture.before[0]).toBe(10);
    expect(picture.after[0]).toBe(110);
    expect(picture.bullseye[0]).toBe(210);
    expect(picture.inside).toBe(true);
    expect(picture.curve.match(/[ML]/g)!.join("")).toBe("MLLL");
    // w falls by 4 for each unit: from 4 at 0 it leaves the picture below 0, a little past 1.
    expect(picture.tangent![2]).toBeGreaterThan(110);
    expect(picture.tangent![2]).toBeLessThan(130);
  });

  it("has nothing to draw in no room, and looks close at small steps", () => {
    expect(throwOf(landscapeOf(told), 0, 220, margin)).toBeNull();
    expect(closeUp(landscapeOf(told))).toBe(3);
  });
});

describe("which weight", () => {
  const parameters = [{ name: "dense1.weight", shape: [4, 3] }, { name: "dense1.bias", shape: [3] }, { name: "dense2.weight", shape: [3, 2] }];

  it("takes only weights that the run has", () => {
    expect(chosen(parameters, "dense1.weight[3, 2]")?.index).toEqual([3, 2]);
    expect(chosen(parameters, "dense1.weight.3.2")?.index).toEqual([3, 2]);
    for (const text of ["dense1.weight[4, 0]", "dense1.weight[1]", "nothing[0]", "?", null]) expect(chosen(parameters, text)).toBeNull();
  });

  it("stays at the neuron when it changes to the bias and back", () => {
    expect(moved(parameters, { parameter: "dense1.weight", index: [3, 2] }, "dense1.bias")).toBe("dense1.bias[2]");
    expect(moved(parameters, { parameter: "dense1.bias", index: [2] }, "dense2.weight")).toBe("dense2.weight[0, 1]");
  });

  it("names inputs, neurons and outputs", () => {
    const layer = (name: string) => ({ name }) as never;
    const description = { layers: [layer("dense1"), layer("dense2")], inputs: ["age"], outputs: ["cat", "dog"] };
    expect(axes(description, "dense1.weight", 2).map((axis) => axis.name(0))).toEqual(["age", "neuron 0"]);
    expect(axes(description, "dense2.weight", 2).map((axis) => axis.name(1))).toEqual(["neuron 1 of dense1", "dog"]);
    expect(axes(description, "dense2.bias", 1)[0]).toMatchObject({ label: "output" });
  });
});

describe("labels", () => {
  it("tell neighbours apart", () => {
    expect(labels([0.151, 0.1511, 0.1512])).toEqual(["0.1510", "0.1511", "0.1512"]);
    expect(labels([-20, 0, 20])).toEqual(["−20", "0", "20"]);
  });
});

describe("a run that diverged", () => {
  it("tells NaN and infinity apart by their bits, as JSON has neither", () => {
    expect([amount({ value: null, hex: "inf" }), amount({ value: null, hex: "-inf" }), amount({ value: null, hex: "nan" })]).toEqual([Infinity, -Infinity, NaN]);
    expect([amount({ value: 2, hex: "0x1p+1" }), amount(null)]).toEqual([2, NaN]);
  });
  it("says once what it found", () => {
    const finding = "training stopped at step 4: try a smaller learning rate";
    expect(findingBeside({ finding, sentences: ["Step 4 ...", "Training stopped at step 4: try a smaller learning rate."] })).toBeNull();
    expect(findingBeside({ finding, sentences: ["Step 4 ..."] })).toBe(finding);
    expect(findingBeside({ finding: null, sentences: [] })).toBeNull();
  });
  it("writes large weights with a power of ten", () => {
    expect(shortest(331359850000000, "float32")).toBe("3.3135985\u00a0×\u00a010¹⁴");
    expect(shortest(123456, "float32")).toBe("123456");
  });
});
