// One step with one example's numbers, ready to be drawn: what each unit holds, what is blamed on it, what each weight does.
import { numbers, type ColumnData } from "../../lib/framing";
import { reach } from "../../lib/scale";
import type { Cycle, Description } from "../../lib/state.svelte";
import { inOwnUnit, offBy, outcomeOf } from "./own";

export interface Link {
  /** Name of the layer whose weights these are. */
  readonly layer: string;
  readonly inputs: number;
  readonly outputs: number;
  /** Before the step, the gradient, and after the step: inputs by outputs, row-major. */
  readonly weight: ColumnData;
  readonly grad: ColumnData;
  readonly after: ColumnData;
  readonly bias: ColumnData | null;
  readonly biasGrad: ColumnData | null;
  readonly biasAfter: ColumnData | null;
}

export interface Scene {
  readonly step: number;
  /** Position of the example in the batch, and its row number. */
  readonly at: number;
  readonly row: number;
  /** What each column of units holds: the inputs, then each layer's activations. The last are probabilities where there are classes. */
  readonly values: readonly ColumnData[];
  /** Sums before the activation, by column; the inputs have none. */
  readonly sums: readonly (ColumnData | null)[];
  /** Error signals, by column; the inputs have none. */
  readonly signals: readonly (ColumnData | null)[];
  readonly links: readonly Link[];
  /** Target of the example: its class, or its numbers. */
  readonly target: ColumnData;
  readonly isClass: boolean;
  /** What is said, what is true and how far apart they are, where one number is predicted that was standardized. */
  readonly outcome: string | null;
  /** How far off the prediction of one number is, in the target's unit. */
  readonly missed: string | null;
  /** The inputs as they stood in the data, before they were prepared. */
  readonly raw: Float64Array;
  readonly loss: number;
  readonly meanLoss: number;
  readonly batch: number;
}

const slice = (data: ColumnData, row: number, width: number): ColumnData => data.subarray(row * width, (row + 1) * width) as ColumnData;

/** Prepared inputs of one example as they stood in the data. */
export const rawInputs = (description: Description, x: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: x.length }, (_, i) => x[i] * (description.input_scale?.[i] ?? 1) + (description.input_mean?.[i] ?? 0));

/** Layers with weights, in their order. */
export const weighted = (description: Pick<Description, "layers" | "parameters">): Description["layers"] =>
  description.layers.filter((layer) => description.parameters.some((p) => p.name === `${layer.name}.weight`));

/** Position in the batch of the row with this number; the first one where it is not in the batch. */
export const positionOf = (cycle: Cycle, row: number | null): number => Math.max(0, cycle.rows.slice(0, cycle.rows_shown).indexOf(row ?? -1));

export function sceneOf(description: Description, cycle: Cycle, row: number | null): Scene {
  const at = positionOf(cycle, row);
  const { columns } = cycle;
  const layers = weighted(description);
  const isClass = description.target.kind === "classes";
  const values: ColumnData[] = [slice(numbers(columns, "x"), at, layers[0]?.inputs ?? 0)];
  const sums: (ColumnData | null)[] = [null];
  const signals: (ColumnData | null)[] = [null];
  const links = layers.map((layer, k): Link => {
    const last = k === layers.length - 1;
    const z = slice(numbers(columns, `${layer.name}.z`), at, layer.outputs);
    const a = columns[`${layer.name}.a`] ? slice(numbers(columns, `${layer.name}.a`), at, layer.outputs) : z;
    const p = last && isClass && columns["loss.p"] ? slice(numbers(columns, "loss.p"), at, layer.outputs) : null;
    values.push(p?.length ? p : a);
    sums.push(z);
    const signal = columns[`${layer.name}.z.grad`];
    signals.push(signal ? slice(signal.data, at, layer.outputs) : null);
    const bias = columns[`${layer.name}.bias`]?.data ?? null;
    return {
      layer: layer.name,
      inputs: layer.inputs,
      outputs: layer.outputs,
      weight: numbers(columns, `${layer.name}.weight`),
      grad: numbers(columns, `${layer.name}.weight.grad`),
      after: numbers(columns, `${layer.name}.weight.after`),
      bias,
      biasGrad: columns[`${layer.name}.bias.grad`]?.data ?? null,
      biasAfter: columns[`${layer.name}.bias.after`]?.data ?? null,
    };
  });
  const y = columns["y"];
  const wide = y && y.shape.length > 1 ? y.shape[1] : 1;
  const target = y ? slice(y.data, at, wide) : new Float32Array(0);
  const said = values.at(-1)!;
  const one = !isClass && said.length === 1 && target.length === 1;
  return {
    step: cycle.step,
    at,
    row: cycle.rows[at],
    values,
    sums,
    signals,
    links,
    target,
    isClass,
    outcome: one && inOwnUnit(description, 0, 0) !== null ? outcomeOf(description, said[0], target[0]) : null,
    missed: one ? offBy(description, 0, said[0], target[0]) : null,
    raw: rawInputs(description, values[0]),
    loss: numbers(columns, "loss.examples")[at] ?? Number.NaN,
    meanLoss: cycle.loss ?? Number.NaN,
    batch: cycle.batch,
  };
}

/** `x` rounded up to 1, 1.5, 2, 3, 5 or 7 times a power of ten: a scale that does not flicker from step to step. */
export function steadyReach(values: ArrayLike<number>): number {
  const most = reach(values);
  if (!(most > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return ([1, 1.5, 2, 3, 5, 7, 10].find((f) => f * power >= most * 0.999) ?? 10) * power;
}

/** How the weights changed in the step. */
export function moves(link: Link): Float32Array {
  const change = new Float32Array(link.weight.length);
  for (let i = 0; i < change.length; i++) change[i] = link.after[i] - link.weight[i];
  return change;
}

/** What each weight adds to its neuron's sum for this example: input times weight. */
export function products(link: Link, inputs: ColumnData): Float32Array {
  const product = new Float32Array(link.weight.length);
  for (let i = 0, at = 0; i < link.inputs; i++) for (let j = 0; j < link.outputs; j++, at++) product[at] = inputs[i] * link.weight[at];
  return product;
}

/** What flows back through each weight: the error signal of its neuron times the weight. */
export function blames(link: Link, signals: ColumnData): Float32Array {
  const blame = new Float32Array(link.weight.length);
  for (let i = 0, at = 0; i < link.inputs; i++) for (let j = 0; j < link.outputs; j++, at++) blame[at] = signals[j] * link.weight[at];
  return blame;
}
