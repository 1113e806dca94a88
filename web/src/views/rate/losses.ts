// Losses of a run and its forks, brought onto one axis of steps.
import type { Columns } from "../../lib/framing";
import { numbers } from "../../lib/framing";
import { count, figure } from "../../lib/format";
import { extent } from "../../lib/scale";

export interface Course {
  readonly run: number;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export const courseOf = (run: number, columns: Columns): Course => ({ run, x: numbers(columns, "loss.x"), y: numbers(columns, "loss.last") });

/** All courses at all of their steps; between its own steps a course is a straight line, outside of them it is NaN. */
export function align(courses: readonly Course[]): { x: number[]; ys: number[][] } {
  const x = [...new Set(courses.flatMap((course) => Array.from(course.x)))].sort((a, b) => a - b);
  const ys = courses.map(({ x: own, y }) => {
    let k = 0;
    return x.map((at) => {
      if (own.length === 0 || at < own[0] || at > own[own.length - 1]) return Number.NaN;
      while (own[k + 1] < at) k++;
      if (own[k] === at) return y[k];
      if (own[k + 1] === at) return y[k + 1];
      return y[k] + ((y[k + 1] - y[k]) * (at - own[k])) / (own[k + 1] - own[k]);
    });
  });
  return { x, ys };
}

export type Outcome = "fell" | "rose" | "stayed" | "flew off" | "under way";

/** The mean loss of the first and of the last tenth, as single batches are noisy. */
export function endsOf({ y }: Course): [number, number] {
  const all = Array.from(y);
  const some = Math.max(1, Math.floor(all.length / 10));
  const mean = (part: number[]): number => part.reduce((sum, loss) => sum + loss, 0) / part.length;
  return [mean(all.slice(0, some)), mean(all.slice(-some))];
}

/** The first and the last loss, as they are drawn; the means where single batches would say another thing than what became of it. */
export function endsTold(course: Course, outcome: Outcome): [number, number] {
  const [first, last] = [course.y[0], course.y[course.y.length - 1]];
  return outcome === "stayed" || (outcome === "fell" && last >= first) || (outcome === "rose" && last <= first) ? endsOf(course) : [first, last];
}

/** What became of the loss, by its ends. */
export function outcomeOf(course: Course, training: boolean): Outcome {
  const n = course.y.length;
  if (n < 2) return training ? "under way" : "flew off";
  if (Array.from(course.y).some((y) => !Number.isFinite(y))) return "flew off";
  const [begin, end] = endsOf(course);
  if (begin > 0 && end > 20 * begin) return "flew off";
  return end < begin ? "fell" : end > begin ? "rose" : "stayed";
}

/** Where a loss became NaN or infinity, and the last one before, if there is one. */
export interface Lost {
  readonly step: number;
  readonly last: { readonly x: number; readonly y: number } | null;
  /** "∞ at step 3"; by a step, where it stands for several. */
  readonly words: string;
}

export function lostOf({ x, y }: Course): Lost | null {
  const at = Array.from(y).findIndex((loss) => !Number.isFinite(loss));
  if (at < 0) return null;
  // A run ends with its first loss that is none.
  const exact = at === y.length - 1 || at === 0 || x[at] - x[at - 1] === 1;
  return { step: x[at], last: at ? { x: x[at - 1], y: y[at - 1] } : null, words: `${figure(y[at])} ${exact ? "at" : "by"} step ${count(x[at])}` };
}

/**
 * The part of the losses worth seeing: what flies off leaves at the top, unless there is nothing else to see; all others are seen whole. On a
 * log axis where they spread over two powers of ten.
 */
export function window(courses: readonly Course[]): { range: [number, number]; log: boolean } | null {
  const starts = courses.map((course) => course.y[0]).filter(Number.isFinite);
  const all = extent(courses.flatMap((course) => Array.from(course.y)).filter(Number.isFinite));
  if (!all || starts.length === 0) return null;
  const staying = extent(courses.filter((course) => outcomeOf(course, true) !== "flew off").flatMap((course) => Array.from(course.y)));
  const top = staying ? Math.min(all[1], Math.max(staying[1], 8 * Math.max(...starts))) : all[1];
  const positive = Math.min(...courses.flatMap((course) => Array.from(course.y)).filter((y) => y > 0 && Number.isFinite(y)));
  const log = all[0] >= 0 && Number.isFinite(positive) && top / Math.max(positive, all[0]) > 100;
  if (log) return { range: [positive / 1.3, top * 1.3], log };
  const low = all[0] >= 0 && all[0] < (top - all[0]) * 0.4 ? 0 : all[0] - (top - all[0]) * 0.06;
  return { range: [low, top + (top - low) * 0.06 || low + 1], log };
}

/** A colour for each of several courses, far apart in hue and unlike in lightness. */
export const courseColor = (i: number, dark: boolean): string => {
  const hues = [185, 45, 295, 130, 350, 255, 85, 320];
  return `oklch(${(i % 2 ? 0.68 : 0.55) + (dark ? 0.12 : 0)} 0.15 ${hues[i % hues.length]})`;
};
