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

export function scoreOf(beliefs: Beliefs): Score {
  const said = numbers(beliefs.columns, "prediction");
  const wanted = numbers(beliefs.columns, "y");
  const n = wanted.length;
  if (beliefs.classes.length) {
    const counts = new Map<number, number>();
    let wrong = 0;
    for (let i = 0; i < n; i++) {
      counts.set(wanted[i], (counts.get(wanted[i]) ?? 0) + 1);
      if (said[i] !== wanted[i]) wrong++;
    }
    return { error: wrong / n, plain: 1 - Math.max(0, ...counts.values()) / n, rows: n };
  }
  let sum = 0;
  for (let i = 0; i < n; i++) sum += wanted[i];
  const mean = sum / n;
  let off = 0;
  let plain = 0;
  for (let i = 0; i < n; i++) {
    off += (said[i] - wanted[i]) ** 2;
    plain += (mean - wanted[i]) ** 2;
  }
  return { error: Math.sqrt(off / n), plain: Math.sqrt(plain / n), rows: n };
}

/** "no": not worth training; "some": better; "much": less than half the plain rule's error. */
export const verdict = ({ error, plain }: Score): "no" | "some" | "much" => (!(error < plain * 0.95) ? "no" : error < plain * 0.5 ? "much" : "some");
