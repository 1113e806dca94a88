// The way of the error back through a small network, 1 - n - 1 with tanh: every number is read from the engine's step.
import { numbers } from "../../lib/framing";
import type { Asks } from "../../lib/messages";
import { parseElement } from "../../lib/names";

type Cycle = Asks["cycle"]["answer"];

/** One factor on the way back. */
export interface Factor {
  readonly value: number;
  readonly words: string;
  /** What has come together so far, this factor included. */
  readonly so: number;
}

export interface Blame {
  readonly factors: readonly Factor[];
  /** What the example puts on the weight's gradient. */
  readonly share: number;
  /** The gradient, over all examples, as the engine holds it. */
  readonly gradient: number;
}

const at = (cycle: Cycle, name: string, index: number): number => numbers(cycle.columns, name)[index];

/** The gradient of each weight and bias by its name. */
export function gradientsOf(cycle: Cycle, names: readonly string[]): Map<string, number> {
  return new Map(names.map((name) => [name, at(cycle, `${parseElement(name)!.parameter}.grad`, placeOf(cycle, name))]));
}

/** Where an element lies in the flat values of its parameter. */
export function placeOf(cycle: Cycle, name: string): number {
  const { parameter, index } = parseElement(name)!;
  const shape = cycle.columns[parameter]?.shape ?? [];
  return index.reduce((place, i, axis) => place * (shape[axis] ?? 1) + i, 0);
}

export const valueOf = (cycle: Cycle, name: string): number => at(cycle, parseElement(name)!.parameter, placeOf(cycle, name));

/** Follows the error of one example back to one weight. */
export function blameOf(cycle: Cycle, name: string, example: number): Blame {
  const { parameter, index } = parseElement(name)!;
  const hidden = numbers(cycle.columns, "dense2.weight").length;
  const bias = parameter.endsWith("bias");
  const factors: Factor[] = [];
  let so = 1;
  const push = (value: number, words: string): void => {
    so *= value;
    factors.push({ value, words, so });
  };
  push(at(cycle, "dense2.z.grad", example), "the error at the output: twice how far off, shared among the examples");
  if (parameter.startsWith("dense2")) {
    if (!bias) push(at(cycle, "dense1.a", example * hidden + index[0]), `what neuron ${index[0]} said`);
  } else {
    const neuron = index[index.length - 1];
    push(at(cycle, "dense2.weight", neuron), `the weight from neuron ${neuron} to the output`);
    const a = at(cycle, "dense1.a", example * hidden + neuron);
    push(1 - a * a, "the slope of tanh where the neuron stands");
    if (!bias) push(at(cycle, "x", example), "the input that came through this weight");
  }
  if (bias) push(1, "a bias has no input: it counts as 1");
  return { factors, share: so, gradient: at(cycle, `${parameter}.grad`, placeOf(cycle, name)) };
}
