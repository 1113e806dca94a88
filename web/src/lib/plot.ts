// Where dots lie, which one is meant, and how far the axes reach.
import { count } from "./format";
import { briefLabels, compactLabels } from "./labels";
import type { Measure } from "./messages";
import { dayTicks, extent, ticks } from "./scale";

export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly color: string;
  /** Drawn with a ring: the network takes it for something else. */
  readonly wrong?: boolean;
}

export interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly color: string;
  readonly width?: number;
  readonly dash?: readonly number[];
}

/** What stands at an axis: price in $. A date says itself what it is. */
export const inUnit = (name: string, { unit, dates }: Measure): string => (unit && !dates ? `${name} in ${unit}` : name);

/** So many lines are named; of more it is said how many there are. */
const NAMED = 3;

/** What an axis of logarithms leaves out, as a sentence: where lines are 0 or less, at which steps `x`; null where it leaves out nothing. */
export function leftOut(x: ArrayLike<number>, lines: readonly { readonly name: string; readonly y: ArrayLike<number> }[]): string | null {
  let negative = false;
  const found = lines.flatMap(({ name, y }) => {
    const at = Array.from(y).flatMap((value, i) => (Number.isFinite(value) && value <= 0 ? [i] : []));
    if (!at.length) return [];
    negative ||= at.some((i) => y[i] < 0);
    const [first, last] = [at[0], at[at.length - 1]];
    const steps = first === last ? `step ${count(x[first])}` : `${last - first + 1 > at.length ? "some of steps" : "steps"} ${count(x[first])} to ${count(x[last])}`;
    return [lines.length > 1 ? `${name}, ${steps}` : steps];
  });
  if (!found.length) return null;
  const more = found.length - NAMED;
  return `${negative ? "0 and less" : "0"} cannot be drawn on this scale: ${found.slice(0, NAMED).join("; ")}${more > 0 ? `; and ${count(more)} more` : ""}.`;
}

/** The places of values with none on either side: no line goes through them, so that they need a dot. */
export const alone = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from(values).flatMap((value, i) => (value != null && values[i - 1] == null && values[i + 1] == null ? [i] : []));

/** The range of all finite values, a part of it wider on either side. */
export function roomFor(values: readonly ArrayLike<number>[], margin = 0.06): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const some of values) {
    const range = extent(some);
    if (range) [low, high] = [Math.min(low, range[0]), Math.max(high, range[1])];
  }
  if (!(low <= high)) return [0, 1];
  const span = high - low || Math.abs(high) || 1;
  return [low - margin * span, high + margin * span];
}

/** About `n` round numbers of a range, two at least where it has them: one alone tells no distance. */
export function marksIn([low, high]: readonly [number, number], n: number, measure?: Measure): number[] {
  const least = Math.max(2, Math.round(n));
  const tries = [0, 1, 2, 3].map((more) => (measure?.dates ? dayTicks : ticks)(low, high, least + more));
  return tries.find((found) => found.length > 1) ?? tries[0];
}

/** Numbers at an axis, and how they are written. */
export interface Marked {
  readonly places: readonly number[];
  readonly words: readonly string[];
}

/**
 * Round numbers of a range, with words that do not touch on an axis of `across` pixels: three at least where there is room, closer together or
 * in shorter words if need be. `wide` tells how wide words are; `whole` where there is nothing between whole numbers.
 */
export function marksAlong([low, high]: readonly [number, number], across: number, wide: (words: string) => number, whole: boolean): Marked {
  if (!(high > low) || !(across > 0)) return { places: [low], words: briefLabels([low]) };
  let best: Marked = { places: [], words: [] };
  for (const tell of [briefLabels, compactLabels])
    for (const [rounds, apart, gap] of [[[1, 2, 5], 60, 14], [[1, 2, 2.5, 3, 4, 5, 6, 8], 20, 8]] as const) {
      const found = densest(low, high, across, rounds, whole, ({ words }, px) => px >= apart && px >= gap + Math.max(0, ...words.map(wide)), tell);
      if (found.places.length > 2) return found;
      if (found.places.length > best.places.length) best = found;
    }
  return best;
}

function densest(low: number, high: number, across: number, rounds: readonly number[], whole: boolean, fits: (found: Marked, px: number) => boolean, tell: (places: readonly number[]) => string[]): Marked {
  const [span, first] = [high - low, Math.floor(Math.log10((high - low) / across))];
  for (let power = first; power <= first + 6; power++)
    for (const round of rounds) {
      const step = round * 10 ** power;
      const px = (step / span) * across;
      if (px < 20 || (whole && !Number.isInteger(step))) continue;
      const places: number[] = [];
      for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) places.push(i === 0 ? 0 : Number((i * step).toPrecision(12)));
      const found = { places, words: places.length ? tell(places) : [] };
      if (fits(found, px)) return found;
    }
  return { places: [], words: [] };
}

/** The dot nearest to a place in pixels, no further than `within`; -1 where there is none. */
export function nearest(places: readonly (readonly [number, number])[], px: number, py: number, within = 14): number {
  let best = -1;
  let least = within * within;
  places.forEach(([x, y], i) => {
    const far = (x - px) ** 2 + (y - py) ** 2;
    if (far <= least) [best, least] = [i, far];
  });
  return best;
}

/** The next dot in a direction (dx, dy) of the screen: the nearest one of those that lie more that way than aside. */
export function neighbour(places: readonly (readonly [number, number])[], from: number, dx: number, dy: number): number {
  if (from < 0 || from >= places.length) return places.length ? 0 : -1;
  const [x0, y0] = places[from];
  let best = from;
  let least = Infinity;
  places.forEach(([x, y], i) => {
    const along = (x - x0) * dx + (y - y0) * dy;
    const aside = Math.abs((x - x0) * dy) + Math.abs((y - y0) * dx);
    const far = along + 2 * aside;
    if (i !== from && along > 0 && along >= aside && far < least) [best, least] = [i, far];
  });
  return best;
}
