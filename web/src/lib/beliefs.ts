// What an answer about the data says: which rows are meant by a cell, how far off numbers are, what the columns are for.
import { amounts, miss } from "./amount";
import { count, figure, several } from "./format";
import { numbers } from "./framing";
import type { Beliefs, Measure } from "./messages";

export interface Entry {
  readonly row: number;
  /** What is right, and what the network says: words for classes, numbers in their own unit. */
  readonly truth: string | number;
  readonly said: string | number;
  /** How probable the network finds what it says; null for numbers. */
  readonly chance: number | null;
  readonly loss: number;
  readonly right: boolean | null;
}

export interface Confusion {
  readonly classes: readonly string[];
  /** Rows of class t taken for class p, at t * classes + p. */
  readonly counts: ArrayLike<number>;
  readonly totals: readonly number[];
  /** The largest count of a mistake, at least 1. */
  readonly worst: number;
}

/** The row at a position of the answer; `output` chooses among several numbers. */
export function entryAt(beliefs: Beliefs, at: number, output = 0): Entry {
  const { columns, classes } = beliefs;
  const width = widthOf(beliefs);
  const [truth, said] = [numbers(columns, "y")[at * width + output], numbers(columns, "prediction")[at * width + output]];
  const loss = numbers(columns, "loss")[at];
  if (!classes.length) return { row: beliefs.rows[at], truth, said, chance: null, loss, right: null };
  const chances = numbers(columns, "probabilities");
  return {
    row: beliefs.rows[at],
    truth: classes[truth] ?? String(truth),
    said: classes[said] ?? String(said),
    chance: chances.length ? chances[at * classes.length + said] : null,
    loss,
    right: truth === said,
  };
}

/** What is true of rows and what the network says: classes as they are called, numbers with as many decimals in both. */
export function pairsTold(entries: readonly Pick<Entry, "truth" | "said">[], measure: Measure): { truth: string; said: string }[] {
  const all = entries.flatMap(({ truth, said }) => [truth, said]);
  const values = all.filter((v) => typeof v === "number");
  const texts = values.length === all.length ? amounts(values, measure) : all.map(String);
  return entries.map((_, i) => ({ truth: texts[2 * i], said: texts[2 * i + 1] }));
}

/** What is true, what the network says and how far that is off; numbers with as many decimals. */
export function missTold(truth: number, said: number, measure: Measure): { truth: string; said: string; off: string } {
  const off = said - truth;
  const texts = amounts(measure.dates ? [truth, said] : [truth, said, off], measure);
  return { truth: texts[0], said: texts[1], off: texts[2] ?? miss(off, measure) };
}

/** How many numbers are told of each row. */
export const widthOf = (beliefs: Beliefs): number => (beliefs.classes.length ? 1 : (beliefs.columns.y?.shape[1] ?? 1));

export function confusionOf(beliefs: Beliefs): Confusion | null {
  const column = beliefs.columns.confusion;
  const n = beliefs.classes.length;
  if (!column || column.data.length !== n * n) return null;
  const totals = beliefs.classes.map((_, t) => Array.from(column.data.slice(t * n, t * n + n)).reduce((sum, c) => sum + c, 0));
  let worst = 1;
  for (let t = 0; t < n; t++) for (let p = 0; p < n; p++) if (t !== p) worst = Math.max(worst, column.data[t * n + p]);
  return { classes: beliefs.classes, counts: column.data, totals, worst };
}

/** Positions of the rows of class `truth` that are taken for class `said`, those of greatest loss first. */
export function rowsIn(beliefs: Beliefs, truth: number, said: number): number[] {
  const [y, prediction, loss] = ["y", "prediction", "loss"].map((name) => numbers(beliefs.columns, name));
  const found: number[] = [];
  for (let i = 0; i < beliefs.rows.length; i++) if (y[i] === truth && prediction[i] === said) found.push(i);
  return found.sort((a, b) => loss[b] - loss[a] || a - b);
}

/** "2,0" as true class 2 taken for class 0; null where it names no cell. */
export function parseCell(text: string | undefined, classes: number): [number, number] | null {
  const found = /^(\d+),(\d+)$/.exec(text ?? "");
  const cell = found && ([Number(found[1]), Number(found[2])] as [number, number]);
  return cell && cell[0] < classes && cell[1] < classes ? cell : null;
}

/** The root of the mean squared distance from the truth, and the part of the truth's variance that is told (R²). */
export function distance(beliefs: Beliefs, output = 0): { rmse: number; told: number | null } {
  const width = widthOf(beliefs);
  const pick = (name: string): number[] => Array.from({ length: beliefs.rows.length }, (_, i) => numbers(beliefs.columns, name)[i * width + output]);
  const [y, said] = [pick("y"), pick("prediction")];
  const mean = y.reduce((sum, v) => sum + v, 0) / Math.max(y.length, 1);
  let [off, spread] = [0, 0];
  for (let i = 0; i < y.length; i++) {
    off += (said[i] - y[i]) ** 2;
    spread += (y[i] - mean) ** 2;
  }
  return { rmse: Math.sqrt(off / Math.max(y.length, 1)), told: spread > 0 ? 1 - off / spread : null };
}

/** The place of an answer's row number among its rows, or -1. */
export const placeOf = (beliefs: Beliefs, row: number | null): number => (row === null ? -1 : beliefs.rows.indexOf(row));

/** Over the picture of what is said between the examples. */
export const titleOf = (classes: boolean): string => (classes ? "Where it decides what" : "What it says between the examples");

/** How good it is on these rows, of which there are `all`. */
export function judged(beliefs: Beliefs, all: number, measure: Measure): string {
  const held = beliefs.part === "validation";
  const rows = several(beliefs.rows.length, held ? "held-out row" : "row it trains on", held ? "held-out rows" : "rows it trains on");
  const some = beliefs.rows.length < all ? ` (a sample of ${count(all)})` : "";
  const loss = beliefs.loss === null ? "the loss is NaN or infinite" : `loss ${figure(beliefs.loss, 3)}`;
  if (beliefs.right !== null) return `${figure(beliefs.right * 100, 3)} % of ${rows}${some} are right; ${loss}.`;
  const { rmse, told } = distance(beliefs);
  if (!Number.isFinite(rmse)) return `what the network says of ${rows}${some} is NaN or infinite; ${loss}.`;
  return `off by ${miss(rmse, measure)} (root mean squared error) over ${rows}${some}${told !== null && told > 0 ? `, which tells ${figure(told * 100, 3)} % of how they vary (R²)` : ""}; ${loss}.`;
}
