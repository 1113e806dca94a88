import { describe, expect, it } from "vitest";
import { column } from "../src/lib/framing";
import { angleOf, arc, beside, giveWay, rangeOf, rateAt, tidy, zonesOf } from "../src/views/rate/dial";
import { stanceNamed, stanceOf } from "../src/lib/stance";
import { align, became, courseOf, endsOf, endsTold, lostOf, outcomeOf, window } from "../src/views/rate/losses";
import { holdsRate, rateIn } from "../src/lib/learning-rate";
import { racerName, ratesFor, readRuns, RACERS } from "../src/views/rate/racers";
import { measuredAt, verdictOf, type Curvature, type Measured } from "../src/views/rate/verdict";
import { around, contour, farthest, gridOf, levels, spanOf } from "../src/views/rate/surface";

describe("the dial", () => {
  const range = { min: 0.001, max: 1 };

  it("turns by equal factors", () => {
    expect(angleOf(range, 0.001)).toBe(-135);
    expect(angleOf(range, 1)).toBe(135);
    expect(angleOf(range, 0.01)).toBeCloseTo(-45, 9);
    expect(angleOf(range, 7)).toBe(135);
    for (const lr of [0.002, 0.05, 0.7]) expect(rateAt(range, angleOf(range, lr))).toBeCloseTo(lr, 12);
  });

  it("gives its gap to the nearer end", () => {
    expect(rateAt(range, 170)).toBeCloseTo(1, 12);
    expect(rateAt(range, -170)).toBeCloseTo(0.001, 12);
    expect(tidy(0.123456)).toBe(0.123);
  });

  it("draws arcs the long way round where they are long", () => {
    expect(arc(-135, 135, 100)).toContain(" 0 1 1 ");
    expect(arc(0, 90, 100)).toBe("M0.00 -100.00A100 100 0 0 1 100.00 -0.00");
  });

  it("says of the first lesson what stability says of it", () => {
    const limit = 2 / (28 / 3);
    expect([0.004, 0.01, 0.15, 0.22].map((lr) => stanceOf(lr, limit, limit / 50))).toEqual(["creeps", "good pace", "jumps over but arrives", "past the limit"]);
    expect(["good pace", "diverges"].map(stanceNamed)).toEqual(["good pace", "past the limit"]);
    expect(stanceOf(3, null, null)).toBe("no limit");
  });

  it("has zones without gaps over its whole range", () => {
    const seen = rangeOf(0.2, [0.01, 5]);
    expect(seen.max).toBeCloseTo(8, 9);
    const zones = zonesOf(0.2, seen, 0.004);
    expect(zones.map((zone) => zone.from).slice(1)).toEqual(zones.map((zone) => zone.to).slice(0, -1));
    expect([zones[0].from, zones.at(-1)!.to]).toEqual([seen.min, seen.max]);
    expect(zonesOf(null, seen, null)).toEqual([]);
    // What creeps is said by the engine, and with momentum ends far below a 50th of the limit.
    const carried = zonesOf(0.2, seen, 0.0006, true);
    expect(carried.find((zone) => zone.stance === "good pace")).toMatchObject({ from: 0.0006, to: 0.1 });
    expect(carried.map((zone) => zone.words).join()).not.toContain("stays on its side");
  });

  it("has words around it that do not touch the arc", () => {
    expect(beside(0, 129, "0.01")).toEqual({ x: 0, y: -137 });
    for (let angle = -130; angle <= 130; angle += 5) {
      const { x, y } = beside(angle, 129, "0.00894");
      // The corner of the words that is nearest to the middle.
      expect(Math.hypot(Math.max(Math.abs(x) - 24, 0), Math.max(Math.abs(y) - 7, 0))).toBeGreaterThan(118);
      expect(Math.abs(x) + 27).toBeLessThan(204.5);
    }
  });

  it("lets words give way that would touch more important ones, and says them there", () => {
    const sign = (text: string, x: number, y = 0) => ({ text, title: `${text} is told`, x, y });
    const [limit, half, low] = [sign("0.0353", 0), sign("0.0176", -30), sign("1e-5", -90)];
    expect(giveWay([limit, half, low])).toEqual([{ ...limit, title: "0.0353 is told; 0.0176 is told" }, low]);
    expect(giveWay([limit, { ...half, x: -60 }])).toHaveLength(2);
    expect(giveWay([limit, { ...half, y: 17 }])).toHaveLength(2);
  });

  it("has a range around a rate that has no limit", () => {
    expect(rangeOf(null, [0.01])).toEqual({ min: 0.0001, max: 1 });
    expect(rangeOf(null, [])).toEqual({ min: 1e-5, max: 1 });
  });
});

describe("losses beside each other", () => {
  it("stand on one axis, straight between their own steps", () => {
    const { x, ys } = align([{ run: 1, x: [1, 3], y: [10, 30] }, { run: 2, x: [2, 3, 4], y: [5, 6, 7] }]);
    expect(x).toEqual([1, 2, 3, 4]);
    expect(ys[0]).toEqual([10, 20, 30, Number.NaN]);
    expect(ys[1]).toEqual([Number.NaN, 5, 6, 7]);
    expect(align([{ run: 1, x: [], y: [] }])).toEqual({ x: [], ys: [[]] });
  });

  it("are read from an answer", () => {
    const columns = { "loss.x": column("loss.x", Float64Array.of(1, 2)), "loss.last": column("loss.last", Float64Array.of(4, 3)) };
    expect(Array.from(courseOf(3, columns).y)).toEqual([4, 3]);
  });

  it("tell what became of them", () => {
    const course = (y: number[]) => ({ run: 1, x: y.map((_, i) => i + 1), y });
    expect(outcomeOf(course([4, 2, 1]), false)).toBe("fell");
    expect(outcomeOf(course([1, 2, 4]), false)).toBe("rose");
    expect(outcomeOf(course([1, 20, 400]), false)).toBe("flew off");
    expect(outcomeOf(course([1, Number.NaN]), false)).toBe("flew off");
    expect(outcomeOf(course([1]), true)).toBe("under way");
    expect(outcomeOf(course([0, 0, 0]), false)).toBe("stayed");
    expect(outcomeOf(course([0, 1e-15]), false)).toBe("rose");
  });

  it("are seen in a window that what flies off leaves", () => {
    const flown = window([{ run: 1, x: [1, 2], y: [2, 1.5] }, { run: 2, x: [1, 2], y: [2, 1e12] }])!;
    expect(flown.log).toBe(false);
    expect(flown.range[1]).toBeLessThan(20);
    const deep = window([{ run: 1, x: [1, 2], y: [2, 1e-5] }])!;
    expect(deep.log).toBe(true);
    expect(deep.range[0]).toBeGreaterThan(0);
    expect(window([])).toBeNull();
  });

  it("are never cut off where they did not fly off", () => {
    // Its first batch was a lucky one.
    const lucky = { run: 2, x: [1, 2, 3, 4], y: [0.1, 1.5, 1.2, 0.9] };
    expect(outcomeOf(lucky, false)).toBe("rose");
    expect(window([lucky])!.range[1]).toBeGreaterThan(1.5);
    const seen = window([lucky, { run: 3, x: [1, 2], y: [0.1, 1e12] }, { run: 4, x: [1, 2], y: [0.1, 1e-14] }])!;
    expect(seen.range[0]).toBeLessThan(1e-14);
    expect(seen.range[1]).toBeGreaterThan(1.5);
    expect(seen.range[1]).toBeLessThan(10);
  });

  it("are seen up to where they are none any more, where there is nothing else to see", () => {
    const course = { run: 1, x: [1, 2, 3], y: [1.5, 7e20, Infinity] };
    const seen = window([course])!;
    expect(seen.log).toBe(true);
    expect(seen.range[0]).toBeLessThan(1.5);
    expect(seen.range[1]).toBeGreaterThan(7e20);
    expect(window([course, { run: 2, x: [1, 2], y: [1.5, 1] }])!.range[1]).toBeLessThan(20);
    expect(window([{ run: 1, x: [1], y: [Number.NaN] }])).toBeNull();
  });

  it("say at which step they are none any more", () => {
    const course = { run: 1, x: [1, 2, 3], y: [1.5, 7e20, Infinity] };
    expect(lostOf(course)).toEqual({ step: 3, last: { x: 2, y: 7e20 }, words: "∞ at step 3" });
    expect(lostOf({ ...course, y: [Number.NaN, 1, 1] })).toEqual({ step: 1, last: null, words: "NaN at step 1" });
    expect(lostOf({ run: 1, x: [1, 1500, 3000], y: [1, Number.NaN, Number.NaN] })!.words).toBe("NaN by step 1,500");
    expect(lostOf({ run: 1, x: [1, 1500], y: [1, Number.NaN] })!.words).toBe("NaN at step 1,500");
    expect(lostOf({ ...course, y: [1, 2, 3] })).toBeNull();
  });

  it("know the rate behind a schedule", () => {
    expect(rateIn({ lr: 0.5 })).toBe(0.5);
    expect(rateIn({ lr: { law: "cosine", lr: 0.01 } })).toBe(0.01);
    expect(rateIn({})).toBeNull();
    const constant = { law: "constant", lr: 0.3, warmup: 0 };
    expect([{ lr: 0.5 }, { lr: constant }, { lr: { ...constant, warmup: 10 } }, { lr: { law: "cosine", lr: 0.3 } }, {}].map(holdsRate)).toEqual([true, true, false, false, false]);
  });
});

describe("what is said of a rate", () => {
  const sgd: Curvature = { limit: 0.2, felt: { largest: 10 }, optimizer: "sgd", preconditioned: false, first_scale: false, creeping: 0.004, carries: false };
  const adam: Curvature = { limit: 0.0003, felt: { largest: 1e5 }, optimizer: "adam", preconditioned: true, first_scale: true, creeping: 6e-6, carries: true };
  const fell: Measured = { lr: 0.01, who: "this run", held: true, steps: 200, before: 2, after: 0.05, outcome: "fell" };

  it("never foretells that a run flies off", () => {
    const told = verdictOf(0.25, sgd, "at the start", null);
    expect(told).toMatchObject({ stance: "past the limit", short: "past the limit", record: "" });
    expect(told.sentence).toBe("By the curvature at the start the largest stable rate is 0.2, for a sharpness of 10. A rate of 0.25 is past it: on the parabola that fits the loss here, each step lands farther from the bottom.");
    expect(verdictOf(0.01, { ...adam, first_scale: false }, "after step 3", null).sentence).toContain("that scale goes on changing");
  });

  it("never says of steps that carry earlier gradients on that they stay on their side", () => {
    const momentum: Curvature = { ...sgd, limit: 0.4, creeping: 0.0003, carries: true };
    expect(verdictOf(0.005, momentum, "at the start", null).stance).toBe("good pace");
    expect(verdictOf(0.01, momentum, "at the start", null).sentence).toContain("swing across the bottom, less far each time");
    expect(verdictOf(0.01, { ...momentum, carries: false }, "at the start", null).sentence).toContain("steps do not pass the bottom");
    expect(verdictOf(0.0002, momentum, "at the start", null).stance).toBe("creeps");
    expect(verdictOf(0.003, sgd, "at the start", null).stance).toBe("creeps");
  });

  it("says that a run learns past the limit, where the record shows it", () => {
    const told = verdictOf(0.01, adam, "at the start", fell);
    expect(told).toMatchObject({ stance: "past the limit", short: "yet it learns", tone: "over" });
    expect(told.sentence).toContain("adam has made no step: this limit is that of its first step alone");
    expect(told.record).toBe("This run at this rate shows what happens: the loss fell from 2 to 0.05 in 200 steps.");
    expect(verdictOf(0.01, adam, "at the start", { ...fell, held: false }).record).toContain("by its schedule");
  });

  it("says that one flies off where it was measured, on either side of the limit", () => {
    const flew: Measured = { lr: 0.25, who: "run 5", held: true, steps: 40, before: 18, after: Number.NaN, outcome: "flew off" };
    expect(verdictOf(0.25, sgd, "at the start", flew)).toMatchObject({ short: "flies off", tone: "off", record: "Run 5 at this rate shows what happens: the loss flew off, and reached NaN or infinity within 40 steps." });
    expect(verdictOf(0.05, sgd, "at the start", { ...flew, after: 1e9 }).short).toBe("flies off");
    expect(verdictOf(0.05, sgd, "at the start", fell)).toMatchObject({ short: "good pace", record: "" });
  });

  it("is plain where there is no limit, or nothing was measured yet", () => {
    expect(verdictOf(3, { ...sgd, limit: null }, "at the start", null).sentence).toContain("no rate is too large");
    expect(verdictOf(3, null, "at the start", null)).toMatchObject({ stance: "no limit", sentence: "", record: "" });
  });

  it("takes what was measured at the same rate, the first told first", () => {
    const all: Measured[] = [{ ...fell, outcome: "under way" }, { ...fell, who: "run 7" }, fell];
    expect(measuredAt(0.010001, all)?.who).toBe("run 7");
    expect(measuredAt(0.0102, all)).toBeNull();
  });

  it("compares the ends of a course by their means", () => {
    const y = Array.from({ length: 20 }, (_, i) => 20 - i);
    expect(endsOf({ run: 1, x: y, y })).toEqual([19.5, 1.5]);
    expect(endsTold({ run: 1, x: y, y }, "fell")).toEqual([20, 1]);
    // It fell, though its last batch was a hard one.
    const hard = [...y.slice(0, -1), 30];
    expect(outcomeOf({ run: 1, x: y, y: hard }, false)).toBe("fell");
    expect(endsTold({ run: 1, x: y, y: hard }, "fell")).toEqual([19.5, 16]);
    // Its ends differ, the means of its tenths do not.
    const still = [1, 3, ...y.slice(0, -4), 3, 1].with(-1, 2).with(-2, 2);
    expect(outcomeOf({ run: 1, x: y, y: still }, false)).toBe("stayed");
    expect(endsTold({ run: 1, x: y, y: still }, "stayed")).toEqual([2, 2]);
  });
});

describe("a loss whose first tenth already spiked", () => {
  // It was forked at 0.006, and a larger rate threw it up at once.
  const of = (ends: number, noise = 0.0002) => {
    const y = Array.from({ length: 100 }, (_, i) => (i ? ends + 0.11 * 0.9 ** i + (i % 2 ? noise : -noise) : 0.006));
    return { run: 2, x: y.map((_, i) => 51 + i), y };
  };

  it("is told by where it began", () => {
    const rose = of(0.0075);
    expect(outcomeOf(rose, false)).toBe("rose");
    expect(became(rose, "rose", 150)).toEqual({ words: "it rose from 0.006 to", end: "0.0077" });
    const fell = of(0.003);
    expect(outcomeOf(fell, false)).toBe("fell");
    expect(became(fell, "fell", 150)).toEqual({ words: "it fell from 0.006 to", end: "0.0032" });
  });

  it("came back where single batches would decide between both", () => {
    const back = of(0.0061);
    expect(outcomeOf(back, false)).toBe("came back");
    expect(became(back, "came back", 150)).toEqual({ words: "it rose from 0.006 to 0.105 and came back to", end: "0.00611" });
    const [before, after] = endsTold(back, "came back");
    const measured: Measured = { lr: 0.1, who: "run 2", held: true, steps: 100, before, after, outcome: "came back" };
    expect(verdictOf(0.1, null, "", measured).record).toBe("Run 2 at this rate shows what happens: the loss came back to 0.0061 after 100 steps; it began at 0.006.");
    expect(verdictOf(0.1, null, "", { ...measured, before: 0.00661, after: 0.00662, outcome: "rose" }).record).toContain("rose from 0.00661 to 0.00662");
  });

  it("is told by means where its first batch was an easy one", () => {
    const y = Array.from({ length: 100 }, (_, i) => (i ? 0.7 - 0.001 * i + (i % 2 ? 0.1 : -0.1) : 0.5));
    const course = { run: 2, x: y.map((_, i) => i), y };
    expect(outcomeOf(course, false)).toBe("fell");
    expect(became(course, "fell", 100)).toMatchObject({ words: "it fell from 0.685 to" });
  });

  it("did not fly off where it only left what was nearly 0", () => {
    const left = of(0.15);
    expect(outcomeOf(left, false)).toBe("rose");
  });

  it("says what it leads to in every case", () => {
    const course = { run: 1, x: [1, 2, 3], y: [1.5, 7e20, Infinity] };
    expect(became(course, "flew off", 3)).toEqual({ words: "it flew off: ∞ at step 3", end: "" });
    expect(became({ ...course, y: [1, 20, 400] }, "flew off", 3)).toEqual({ words: "it flew off from 1 to", end: "400" });
    expect(became({ ...course, y: [1.0001, 1, 1.0002] }, "rose", 3)).toEqual({ words: "it stayed at", end: "1" });
    expect(became({ ...course, y: [2] }, "under way", 1)).toEqual({ words: "step 1", end: "2" });
  });
});

describe("a loss that stays where it is", () => {
  it("is said neither to rise nor to fall", () => {
    const zero = [0, 0, 0];
    const outcome = outcomeOf({ run: 1, x: [51, 52, 53], y: zero }, false);
    const [before, after] = endsTold({ run: 1, x: [51, 52, 53], y: zero }, outcome);
    const measured: Measured = { lr: 0.1, who: "this run", held: true, steps: 3, before, after, outcome };
    expect(verdictOf(0.1, null, "", measured).record).toBe("This run at this rate shows what happens: the loss stayed at 0 for 3 steps.");
  });
});

describe("racers", () => {
  it("are known by their laws", () => {
    for (const racer of RACERS) {
      const { law, ...attributes } = racer.law(0.1);
      expect(racerName(String(law), attributes)).toBe(racer.name);
    }
    expect(racerName("of tomorrow", {})).toBe("of tomorrow");
  });

  it("begin with the run's own rate where it is of their kind", () => {
    expect(ratesFor("sgd", 0.01, 1)).toMatchObject({ sgd: 0.01, momentum: 0.005, adam: 0.05 });
    expect(ratesFor("adam", 0.003, 5000)).toMatchObject({ sgd: 0.05, adam: 0.003, rmsprop: 0.003 });
  });

  it("are read from the address", () => {
    expect(readRuns("4,5,x,6")).toEqual([4, 5, 6]);
    expect(readRuns(undefined)).toEqual([]);
  });
});

describe("the surface", () => {
  const axis = Array.from({ length: 41 }, (_, i) => -2 + i * 0.1);
  // A bowl: the line of height 1 is the unit circle.
  const bowl = gridOf(axis, axis, axis.map((x) => axis.map((y) => x * x + y * y)));

  it("draws the unit circle as the line of height 1 of a bowl", () => {
    const segments = contour(bowl, 1);
    expect(segments.length).toBeGreaterThan(50);
    for (const [x0, y0, x1, y1] of segments) {
      expect(Math.hypot(x0, y0)).toBeCloseTo(1, 1);
      expect(Math.hypot(x1, y1)).toBeCloseTo(1, 1);
      expect(Math.hypot(x1 - x0, y1 - y0)).toBeLessThan(0.15);
    }
    const length = segments.reduce((sum, [x0, y0, x1, y1]) => sum + Math.hypot(x1 - x0, y1 - y0), 0);
    expect(length).toBeCloseTo(2 * Math.PI, 1);
  });

  it("takes a saddle apart by its middle", () => {
    const saddle = gridOf([0, 1], [0, 1], [[2, 0], [0, 2]]);
    expect(contour(saddle, 1.5)).toHaveLength(2);
    // Above the middle the high corners are islands of their own: each line cuts off a corner of 2.
    for (const [x0, y0, x1, y1] of contour(saddle, 1.5)) expect((x0 + x1) / 2 > 0.5 === (y0 + y1) / 2 > 0.5).toBe(true);
    for (const [x0, y0, x1, y1] of contour(saddle, 0.5)) expect((x0 + x1) / 2 > 0.5 === (y0 + y1) / 2 > 0.5).toBe(false);
  });

  it("leaves out what is not known", () => {
    expect(contour(gridOf([0, 1], [0, 1], [[0, null], [1, 2]]), 0.5)).toEqual([]);
    expect(levels(gridOf([0, 1], [0, 1], [[1, 1], [1, 1]]))).toEqual([]);
  });

  it("has more lines near the bottom", () => {
    const heights = levels(bowl);
    expect(heights).toHaveLength(12);
    expect(heights[1] - heights[0]).toBeLessThan(heights[11] - heights[10]);
  });

  it("looks as far as the racers went", () => {
    expect(spanOf([{ run: 1, a: [0, 1, -2], b: [5, 5, 5] }], 0.1)).toBe(2.5);
    expect(spanOf([], 0.1)).toBe(0.1);
  });

  it("shows where the racers were, never more than was measured", () => {
    const [low, high] = around([-2, 0, 2], [0, 1]);
    expect(low).toBeCloseTo(-0.35, 9);
    expect(high).toBeCloseTo(1.35, 9);
    expect(around([-2, 2], [-2, 1.9, 50])[0]).toBe(-2);
    expect(around([-2, 2], [Number.NaN])).toEqual([-2, 2]);
  });

  it("chooses the two weights that moved farthest", () => {
    const parameters = [{ name: "w", shape: [2, 2] }, { name: "b", shape: [1] }];
    const before = { w: [0, 0, 0, 0], b: [0] };
    expect(farthest(parameters, before, { w: [1, 0, -3, 0.5], b: [2] })).toEqual([{ parameter: "w", at: 2 }, { parameter: "b", at: 0 }]);
    expect(farthest([parameters[1]], before, { w: [], b: [2] })).toHaveLength(1);
  });
});
