import { describe, expect, it } from "vitest";
import { elementName, flat, neuronName, parseElement, unflat } from "../src/lib/names";

describe("names of weights", () => {
  it("are read in both spellings, with stray quotes too", () => {
    const found = { parameter: "dense1.weight", index: [3, 5] };
    for (const text of ["dense1.weight[3, 5]", "dense1.weight[3,5]", "dense1.weight.3.5", "'dense1.weight[3, 5]'"]) expect(parseElement(text)).toEqual(found);
    expect(parseElement("dense2.bias[0]")).toEqual({ parameter: "dense2.bias", index: [0] });
    expect(parseElement("dense1.weight")).toBeNull();
    expect(parseElement("")).toBeNull();
    expect(elementName(found)).toBe("dense1.weight[3, 5]");
  });

  it("of neurons are those of `why`", () => {
    const layers = [{ name: "dense1" }, { name: "dense2" }];
    expect(neuronName({ layers, outputs: ["price"], target: { kind: "number" } }, "dense1", 6)).toBe("neuron 6 of dense1");
    expect(neuronName({ layers, outputs: ["price"], target: { kind: "number" } }, "dense2", 0)).toBe("the output for price");
    expect(neuronName({ layers, outputs: ["0", "1", "2"], target: { kind: "classes" } }, "dense2", 2)).toBe("the output for class 2");
  });

  it("stand row by row in an array", () => {
    expect(flat([4, 8], [3, 5])).toBe(29);
    expect(unflat([4, 8], 29)).toEqual([3, 5]);
  });
});
