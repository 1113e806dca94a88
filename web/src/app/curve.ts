// A decimated curve of the timeline, and the height at which each value is drawn.
import { figure } from "../lib/format";
import type { Columns } from "../lib/framing";
import { numbers } from "../lib/framing";
import type { RunRow } from "../lib/messages";

export interface Curve {
  readonly x: number[];
  readonly low: number[];
  readonly high: number[];
  readonly last: number[];
}

export function curveOf(columns: Columns, name: string): Curve {
  const of = (part: string): number[] => Array.from(numbers(columns, `${name}.${part}`));
  return { x: of("x"), low: of("min"), high: of("max"), last: of("last") };
}

/** Heights from the top for the curve's values. Losses that span more than a factor of 30 are drawn by their logarithm, those of 0 at the foot. */
export function heights(curve: Curve, height: number, top = 0): { y: (value: number) => number; log: boolean } {
  const good = [...curve.low, ...curve.high].filter(Number.isFinite);
  const positive = good.filter((v) => v > 0);
  let low = Math.min(...good);
  let high = Math.max(...good);
  const least = Math.min(...positive);
  const log = 2 * positive.length > good.length && high / least > 30;
  if (log) low = least;
  const of = (v: number): number => (log ? Math.log(Math.max(v, low)) : v);
  if (!good.length) [low, high] = [0, 1];
  const span = of(high) - of(low) || 1;
  return { y: (value) => top + (Number.isFinite(value) ? (1 - (of(value) - of(low)) / span) * height : 0), log };
}

/** Points `from` to `to` of a curve, all of them losses, or none: then what stands in their place. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly lost: string | null;
}

/** The curve from end to end, apart where the loss becomes NaN or infinite, and where it is a number again. */
export function stretches({ last }: Curve): Stretch[] {
  const found: Stretch[] = [];
  last.forEach((loss, at) => {
    const lost = Number.isFinite(loss) ? null : figure(loss);
    const before = found.at(-1);
    if (before && before.lost === lost) found[found.length - 1] = { ...before, to: at };
    else found.push({ from: at, to: at, lost });
  });
  return found;
}

/** Changes of a fork after which epochs are counted otherwise. */
const RECOUNTS = /^(batches of|seed) | left out$/;

/** The epoch of a step, from 0; null where a fork on the way began to count anew. */
export function epochAt(step: number, run: Counted, runs: readonly Counted[], perEpoch: number): number | null {
  for (let at: Counted | undefined = run; at && at.parent !== null; ) {
    if (at.changes.some((change) => RECOUNTS.test(change))) return null;
    const parent: number = at.parent;
    at = runs.find((one) => one.number === parent);
    if (!at) return null;
  }
  return Math.max(0, Math.floor((step - 1) / perEpoch));
}

type Counted = Pick<RunRow, "number" | "parent" | "changes">;
