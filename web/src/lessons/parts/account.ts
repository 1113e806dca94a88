// What `why` answers, read with care: who pushed one weight in one step.
import type { Asks } from "../../lib/messages";

type Cycle = Asks["cycle"]["answer"];

export interface Push {
  readonly row: number;
  readonly push: number;
  readonly target: string;
  readonly prediction: string;
}

export interface Proof {
  readonly row: number;
  /** How the weight moved with it, how it really moves without it, and what the account foretold. */
  readonly change: number;
  readonly really: number;
  readonly predicted: number;
  readonly words: string;
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
  /** The step made again without its hardest row. */
  readonly proof: Proof | null;
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
    proof: proofOf(told.proof as Record<string, unknown> | null | undefined),
    residual: number(told.residual),
  };
}

const proofOf = (told: Record<string, unknown> | null | undefined): Proof | null =>
  told
    ? {
        row: Number(told.row),
        change: number(told.change),
        really: number(told.really),
        predicted: number(told.predicted),
        words: String(told.words).replaceAll("`", ""),
      }
    : null;

/** The weight of a parameter that moved furthest in a step, as its name; `from` says which inputs count. */
export function largestMove(cycle: Cycle, parameter: string, from: (input: number) => boolean = () => true): string | null {
  const before = cycle.columns[parameter];
  const after = cycle.columns[`${parameter}.after`];
  if (!before || !after) return null;
  const columns = before.shape[before.shape.length - 1];
  let best = -1;
  for (let i = 0; i < before.data.length; i++)
    if (from(Math.floor(i / columns)) && (best < 0 || Math.abs(after.data[i] - before.data[i]) > Math.abs(after.data[best] - before.data[best]))) best = i;
  if (best < 0) return null;
  return `${parameter}[${Math.floor(best / columns)}, ${best % columns}]`;
}

/** One column of a weight matrix laid out as an image; pixels that are no inputs stay 0. */
export function imageOf(weights: ArrayLike<number>, columns: number, column: number, pixels: readonly number[], size: number): Float32Array {
  const image = new Float32Array(size);
  pixels.forEach((pixel, input) => (image[pixel] = weights[input * columns + column]));
  return image;
}

/** Whether a pixel lies in the middle of its image, where there is ink more often than not. */
export const inTheMiddle = (pixel: number, [rows, columns]: readonly [number, number]): boolean => {
  const x = pixel % columns;
  const y = Math.floor(pixel / columns);
  return x >= columns / 4 && x < (3 * columns) / 4 && y >= rows / 8 && y < (7 * rows) / 8;
};
