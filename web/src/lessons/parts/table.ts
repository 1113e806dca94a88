// How good a network is on rows it never saw, beside the plainest rule there is; from what the engine says it believes.
import { numbers } from "../../lib/framing";
import type { Asks } from "../../lib/messages";

type Beliefs = Asks["beliefs"]["answer"];

export interface Score {
  /** What part is wrong, or by how much a number is off (root of the mean square). */
  readonly error: number;
  /** The same for always answering the commonest class, or the mean. */
  readonly plain: number;
  readonly rows: number;
}

/** `trained` are the targets of the rows that were trained on, from which the plain rule takes its answer; the rows themselves if left out. */
export function scoreOf(beliefs: Beliefs, trained?: ArrayLike<number>): Score {
  const said = numbers(beliefs.columns, "prediction");
  const wanted = numbers(beliefs.columns, "y");
  const n = wanted.length;
  const known = trained ?? wanted;
  if (beliefs.classes.length) {
    const counts = new Map<number, number>();
    for (const y of Array.from(known)) counts.set(y, (counts.get(y) ?? 0) + 1);
    // Of classes that are as common the first one, as `train` takes it.
    let common = NaN;
    for (const [y, many] of counts) if (!(many < (counts.get(common) ?? 0)) && !(many === counts.get(common) && y > common)) common = y;
    let [wrong, plain] = [0, 0];
    for (let i = 0; i < n; i++) {
      if (said[i] !== wanted[i]) wrong++;
      if (common !== wanted[i]) plain++;
    }
    return { error: wrong / n, plain: plain / n, rows: n };
  }
  const mean = Array.from(known).reduce((sum, y) => sum + y, 0) / known.length;
  let off = 0;
  let plain = 0;
  for (let i = 0; i < n; i++) {
    off += (said[i] - wanted[i]) ** 2;
    plain += (mean - wanted[i]) ** 2;
  }
  return { error: Math.sqrt(off / n), plain: Math.sqrt(plain / n), rows: n };
}

/** What may be guessed: no two can both be true. */
export const VERDICTS = [
  { id: "no", text: "About as wrong, or worse" },
  { id: "some", text: "Less wrong, but at least half as wrong" },
  { id: "much", text: "Less than half as wrong" },
] as const;

/** "no": not worth training; "some": better; "much": less than half the plain rule's error. */
export const verdict = ({ error, plain }: Score): "no" | "some" | "much" => (!(error < plain * 0.95) ? "no" : error < plain * 0.5 ? "much" : "some");
