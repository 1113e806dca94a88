// Which weight is shown: from the address, checked against the run's parameters.
import type { Description } from "../../lib/state.svelte";
import { elementName, parseElement, type Element } from "../../lib/names";

/** The weight that `text` names, where the run has such a weight. */
export function chosen(parameters: Description["parameters"], text: string | null): Element | null {
  const element = text === null ? null : parseElement(text);
  const shape = parameters.find((p) => p.name === element?.parameter)?.shape;
  if (!element || !shape || shape.length !== element.index.length) return null;
  return element.index.every((i, axis) => i < shape[axis]) ? element : null;
}

/** The same place in another parameter, as far as it has one. */
export function moved(parameters: Description["parameters"], element: Element, parameter: string): string {
  const shape = parameters.find((p) => p.name === parameter)?.shape ?? [1];
  // Of a bias and a weight the last axis is the neuron.
  const tail = [...element.index].reverse();
  const index = shape.map((n, axis) => Math.min(tail[shape.length - 1 - axis] ?? 0, n - 1));
  return elementName({ parameter, index });
}

/** What the axes of a parameter count: inputs by name and neurons, or neurons alone. */
export function axes(description: Pick<Description, "layers" | "inputs" | "outputs">, parameter: string, rank: number): { label: string; name: (i: number) => string }[] {
  const at = description.layers.findIndex((layer) => parameter.startsWith(`${layer.name}.`));
  const before = description.layers[at - 1];
  const last = at === description.layers.length - 1;
  const to = {
    label: last ? "output" : "neuron",
    name: (i: number): string => (last ? (description.outputs[i] ?? `${i}`) : `neuron ${i}`),
  };
  if (rank < 2) return [to];
  const from = {
    label: before ? "from neuron" : "from input",
    name: (i: number): string => (before ? `neuron ${i} of ${before.name}` : (description.inputs[i] ?? `${i}`)),
  };
  return [from, { ...to, label: last ? "to output" : "to neuron" }];
}
