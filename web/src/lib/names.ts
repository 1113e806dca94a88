// Names of weights and neurons: dense1.weight[3, 5] is the weight from input 3 to neuron 5 of dense1, both counted from 0.

export interface Element {
  readonly parameter: string;
  readonly index: readonly number[];
}

/** The parameter and the index in `dense1.weight[3, 5]` or `dense1.weight.3.5`; null where `text` names no element. */
export function parseElement(text: string): Element | null {
  const bracketed = /^\s*["']?([A-Za-z_][\w.]*?)\s*\[\s*(\d+(?:\s*,\s*\d+)*)\s*\]["']?\s*$/.exec(text);
  if (bracketed) return { parameter: bracketed[1], index: bracketed[2].split(",").map(Number) };
  const dotted = /^\s*["']?([A-Za-z_][\w.]*?)((?:\.\d+)+)["']?\s*$/.exec(text);
  if (dotted) return { parameter: dotted[1], index: dotted[2].slice(1).split(".").map(Number) };
  return null;
}

/** What a run says of its layers and of what it predicts. */
interface Named {
  readonly layers: readonly { readonly name: string }[];
  readonly outputs: readonly string[];
  readonly target: { readonly kind: string };
}

/** What `why` calls a neuron: an output by its class or column, any other by its number. */
export function neuronName({ layers, outputs, target }: Named, layer: string, index: number): string {
  if (layer !== layers.at(-1)?.name) return `neuron ${index} of ${layer}`;
  return `the output for ${target.kind === "classes" ? "class " : ""}${outputs[index] ?? index}`;
}

/** `dense1.weight[3, 5]`. */
export const elementName = (element: Element): string => `${element.parameter}[${element.index.join(", ")}]`;

/** Position of `index` in the flat, row-major values of an array of `shape`. */
export function flat(shape: readonly number[], index: readonly number[]): number {
  let at = 0;
  for (let axis = 0; axis < shape.length; axis++) at = at * shape[axis] + (index[axis] ?? 0);
  return at;
}

/** The index at position `at` of an array of `shape`. */
export function unflat(shape: readonly number[], at: number): number[] {
  const index = new Array<number>(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = at % shape[axis];
    at = Math.floor(at / shape[axis]);
  }
  return index;
}
