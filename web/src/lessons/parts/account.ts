// What `why` answers, read with care: who pushed one weight in one step.
import type { Asks } from "../../lib/messages";

type Cycle = Asks["cycle"]["answer"];

export interface Push {
  readonly row: number;
  readonly push: number;
  readonly target: string;
  readonly prediction: string;
}

export interface Account {
  readonly name: string;
  readonly place: string;
  readonly index: readonly number[];
  readonly step: number;
  readonly old: number;
  readonly new: number;
  readonly gradient: number;
  readonly batch: number;
  /** Hardest first. */
  readonly pushes: readonly Push[];
  /** The rest of the batch, in one sum. */
  readonly rest: number;
  readonly restCount: number;
  readonly sentences: readonly string[];
  readonly proof: string | null;
  readonly residual: number;
}

const number = (of: unknown): number => {
  const value = (of as { value?: unknown } | null | undefined)?.value;
  return typeof value === "number" ? value : NaN;
};

export function accountOf(told: Record<string, unknown>): Account {
  const gradient = told.gradient as Record<string, unknown>;
  const rows = [...((gradient.up as Record<string, unknown>[]) ?? []), ...((gradient.down as Record<string, unknown>[]) ?? [])];
  const rest = gradient.rest as Record<string, unknown> | undefined;
  return {
    name: String(told.name),
    place: String(told.place).replaceAll("`", ""),
    index: told.index as number[],
    step: Number(told.step),
    old: number(told.old),
    new: number(told.new),
    gradient: number(gradient.value),
    batch: Number(gradient.batch),
    pushes: rows
      .map((row) => ({ row: Number(row.row), push: number(row.push), target: String(row.target), prediction: String(row.prediction) }))
      .sort((a, b) => Math.abs(b.push) - Math.abs(a.push)),
    rest: number(rest?.push),
    restCount: Number(rest?.count ?? 0),
    sentences: ((told.sentences as string[]) ?? []).map((sentence) => sentence.replaceAll("`", "")),
    proof: ((told.proof as { words?: string } | null)?.words ?? null)?.replaceAll("`", "") ?? null,
    residual: number(told.residual),
  };
}

/** The weight of a parameter that moved furthest in a step, as its name. */
export function largestMove(cycle: Cycle, parameter: string): string | null {
  const before = cycle.columns[parameter];
  const after = cycle.columns[`${parameter}.after`];
  if (!before || !after) return null;
  let best = 0;
  for (let i = 1; i < before.data.length; i++)
    if (Math.abs(after.data[i] - before.data[i]) > Math.abs(after.data[best] - before.data[best])) best = i;
  const columns = before.shape[before.shape.length - 1];
  return `${parameter}[${Math.floor(best / columns)}, ${best % columns}]`;
}

/** One column of a weight matrix laid out as an image; pixels that are no inputs stay 0. */
export function imageOf(weights: ArrayLike<number>, columns: number, column: number, pixels: readonly number[], size: number): Float32Array {
  const image = new Float32Array(size);
  pixels.forEach((pixel, input) => (image[pixel] = weights[input * columns + column]));
  return image;
}
