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

export type Outcome = "fell" | "rose" | "stayed" | "came back" | "flew off" | "under way";

const mean = (losses: readonly number[]): number => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;

/** How far one batch's loss usually lies from the next one's, over the last half. */
function noiseOf(losses: readonly number[]): number {
  const late = losses.slice(Math.floor(losses.length / 2));
  const apart = late.slice(1).map((loss, i) => Math.abs(loss - late[i])).sort((a, b) => a - b);
  return apart.length ? apart[apart.length >> 1] : 0;
}

/**
 * Where the loss began and where it ended. Single batches are noisy, so that these are the means of the first and of the last tenth. The first
 * loss is that of the state before the rate did anything: it is told where the first tenth moved away from it by more than the noise.
 */
export function endsOf({ y }: Course): [number, number] {
  const all = Array.from(y);
  const [early, late] = tenthsOf(all);
  return [moved(all) ? all[0] : early, late];
}

/** The mean loss of the first and of the last tenth. */
function tenthsOf(losses: readonly number[]): [number, number] {
  const some = Math.max(1, Math.floor(losses.length / 10));
  return [mean(losses.slice(0, some)), mean(losses.slice(-some))];
}

/** Whether the first tenth lies farther from the first loss than noise explains. */
const moved = (losses: readonly number[]): boolean => Math.abs(tenthsOf(losses)[0] - losses[0]) > 3 * noiseOf(losses);

/** The first and the last loss, as they are drawn; the means where single batches would say another thing than what became of it. */
export function endsTold(course: Course, outcome: Outcome): [number, number] {
  const [first, last] = [course.y[0], course.y[course.y.length - 1]];
  const means = outcome === "stayed" || outcome === "came back" || (outcome === "fell" && last >= first) || (outcome === "rose" && last <= first);
  return means ? endsOf(course) : [first, last];
}

/** What became of the loss, by its ends. */
export function outcomeOf(course: Course, training: boolean): Outcome {
  const n = course.y.length;
  if (n < 2) return training ? "under way" : "flew off";
  const all = Array.from(course.y);
  if (all.some((y) => !Number.isFinite(y))) return "flew off";
  const [begin, end] = endsOf(course);
  const most = Math.max(begin, tenthsOf(all)[0]);
  if (most > 0 && end > 20 * most) return "flew off";
  if (moved(all) && Math.abs(end - begin) <= noiseOf(all)) return "came back";
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

/** What became of the loss and the number that it leads to: "it fell from 0.693 to", "0.0066"; no number where there is none. */
export function became(course: Course, outcome: Outcome, steps: number): { words: string; end: string } {
  const all = Array.from(course.y);
  const lost = lostOf(course);
  if (outcome === "flew off" && lost) return { words: `it flew off: ${lost.words}`, end: "" };
  if (outcome === "under way") return { words: `step ${count(steps)}`, end: figure(all.at(-1), 3) };
  const ends = endsTold(course, outcome);
  const [begin, end] = ends.map((loss) => figure(loss, 3));
  if (outcome === "came back") {
    const far = all.reduce((most, loss) => (Math.abs(loss - ends[0]) > Math.abs(most - ends[0]) ? loss : most), ends[0]);
    return { words: `it ${far > ends[0] ? "rose" : "fell"} from ${begin} to ${figure(far, 3)} and came back to`, end };
  }
  return { words: begin === end ? "it stayed at" : `it ${outcome} from ${begin} to`, end };
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
