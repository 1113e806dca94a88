import { describe, expect, it } from "vitest";
import { column } from "../src/lib/framing";
import { placeIn, responsesOf, shadeAt } from "../src/lib/responses";

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

  it("has no place along an input that is the same everywhere, and does not divide by it", () => {
    expect(placeIn({ columns: [], ends: [[3, 3]] }, [3])).toEqual([0]);
  });
});
