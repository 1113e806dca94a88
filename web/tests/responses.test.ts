import { describe, expect, it } from "vitest";
import { column } from "../src/lib/framing";
import { colorsOf, placeIn, responsesOf, shadeAt } from "../src/lib/responses";

const layers = ["dense1", "dense2"];
const axis = (low: number, high: number) => column("axis", new Float64Array([low, (low + high) / 2, high]), [3]);
const shades = (units: number, ...points: number[]) => {
  const size = points.reduce((a, b) => a * b, units);
  return column("over", Uint8Array.from({ length: size }, (_, i) => i), [units, ...points]);
};

describe("what each neuron gives at every place", () => {
  it("is known where the answer has it, by the column of units that it is drawn in", () => {
    const found = responsesOf(layers, { grid_x: axis(-2, 2), grid_y: axis(0, 10), "dense1.responses": shades(3, 2, 2) })!;
    expect(found.columns.map((one) => one?.side)).toEqual([undefined, 2, undefined]);
    expect(found.ends).toEqual([[-2, 2], [0, 10]]);
    expect(responsesOf(layers, { grid_x: axis(-2, 2) })).toBeNull();
    expect(responsesOf(layers, { "dense1.responses": shades(3, 2, 2) })).toBeNull();
    expect(responsesOf(layers, {})).toBeNull();
  });

  it("is looked up where the example lies, also past the ends", () => {
    const two = responsesOf(layers, { grid_x: axis(-2, 2), grid_y: axis(0, 10), "dense1.responses": shades(3, 2, 2) })!;
    expect(placeIn(two, [1, 5])).toEqual([0.75, 0.5]);
    expect(placeIn(two, [-9, 99])).toEqual([0, 1]);
    // Of unit 2, whose four shades are 8 to 11: the first input counts in rows, the second in columns.
    expect([[0, 0], [0, 1], [1, 0], [1, 1]].map((place) => shadeAt(two.columns[1]!, 2, place))).toEqual([8, 9, 10, 11]);
    const one = responsesOf(layers, { grid_x: axis(0, 1), "dense2.responses": shades(2, 5) })!;
    expect(placeIn(one, [0.5])).toEqual([0.5]);
    expect(shadeAt(one.columns[2]!, 1, [0.5])).toBe(7);
  });

  it("has the colours of the signs, and an output those of its class", () => {
    const palette = { panel: "#ffffff", negative: "#0000ff", positive: "#ff0000" } as never;
    const columns = { grid_x: axis(0, 1), grid_y: axis(0, 1), "dense1.responses": shades(3, 2, 2), "dense2.responses": shades(2, 2, 2) };
    const two = responsesOf(layers, columns, 2)!;
    const [signs, outputs] = [colorsOf(two, 1, palette, false), colorsOf(two, 2, palette, false)];
    const [white, blue, red] = [0xffffffff, 0xffff0000, 0xff0000ff];
    expect(signs.map((table) => [table[0], table[255]])).toEqual([[blue, red], [blue, red], [blue, red]]);
    // A probability of 0 has no colour, of 1 that of the class, as on the map.
    expect(outputs.map((table) => [table[128], table[255]])).toEqual([[white, blue], [white, red]]);
    expect(colorsOf(responsesOf(layers, columns)!, 2, palette, false).map((table) => table[0])).toEqual([blue, blue]);
    // One output for two classes is the probability of the second.
    const one = responsesOf(layers, { ...columns, "dense2.responses": shades(1, 2, 2) }, 2)!;
    expect(colorsOf(one, 2, palette, false).map((table) => table[255])).toEqual([red]);
  });

  it("has no place along an input that is the same everywhere, and does not divide by it", () => {
    expect(placeIn({ columns: [], ends: [[3, 3]], classes: 0 }, [3])).toEqual([0]);
  });
});
