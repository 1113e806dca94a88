// Names of weights: dense1.weight[3, 5] is the weight from input 3 to unit 5 of dense1, both counted from 0.

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
