// The runs as a tree: which one was forked from which, at which step, and how far each got.
import { count, figure } from "../../lib/format";
import type { RunRow } from "../../lib/messages";

export interface Leaf {
  readonly run: RunRow;
  readonly depth: number;
  /** Place in the list of the run that it was forked from; null for one that began by itself, or whose parent is not here. */
  readonly from: number | null;
  /** Where it begins, how far it got and how far it was to get, as parts of the longest run of its family. */
  readonly begin: number;
  readonly end: number;
  readonly planned: number;
}

/** Families, the newest first; in each the forks below what they were forked from, the earliest fork first. */
export function treeOf(runs: readonly RunRow[]): Leaf[] {
  const known = new Set(runs.map((run) => run.number));
  const children = new Map<number | null, RunRow[]>();
  for (const run of runs) {
    const parent = run.parent !== null && known.has(run.parent) ? run.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), run]);
  }
  const leaves: Leaf[] = [];
  const longest = (run: RunRow): number => Math.max(run.steps, run.planned, ...(children.get(run.number) ?? []).map(longest), 1);
  const add = (run: RunRow, depth: number, from: number | null, whole: number): void => {
    const row = leaves.length;
    const begin = run.parent === null ? 0 : run.start / whole;
    leaves.push({ run, depth, from, begin, end: run.steps / whole, planned: Math.max(run.planned, run.steps) / whole });
    const own = [...(children.get(run.number) ?? [])].sort((a, b) => a.start - b.start || a.number - b.number);
    for (const child of own) add(child, depth + 1, row, whole);
  };
  for (const root of [...(children.get(null) ?? [])].sort((a, b) => b.number - a.number)) add(root, 0, null, longest(root));
  return leaves;
}

/** All runs of the family that a run belongs to. */
export function familyOf(runs: readonly RunRow[], number: number): number[] {
  const byNumber = new Map(runs.map((run) => [run.number, run]));
  const rootOf = (n: number): number => {
    const parent = byNumber.get(n)?.parent;
    return parent === null || parent === undefined || !byNumber.has(parent) ? n : rootOf(parent);
  };
  const root = rootOf(number);
  return runs.filter((run) => rootOf(run.number) === root).map((run) => run.number);
}

/** How a run stands, in a word or two. */
export function standing(run: RunRow): string {
  if (run.training) return run.status === "queued" ? "waits for its turn" : "in training";
  if (run.status === "completed") return "";
  return run.status === "nonfinite" ? "diverged (NaN or infinity)" : run.status;
}

/** How good a run is, in its own measure; else its last loss. */
export function resultOf(run: RunRow, digits = 3): string {
  if (run.metric_text) return run.metric_text;
  if (run.loss_last === null) return run.status === "nonfinite" ? "no finite loss" : "–";
  return `loss ${figure(run.loss_last, digits)}`;
}

/** What a run is: its network and optimizer, or what is different from the run that it was forked from. */
export function wordsOf({ run, from }: Leaf): string {
  if (run.parent === null) return `${run.network} · ${run.optimizer}`;
  const gone = from === null ? ", which is not here," : "";
  return `from run ${run.parent}${gone} at step ${count(run.start)}: ${run.changes.filter((change) => change !== "nothing").join(", ") || "no setting changed"}`;
}

/** "1,4,7" as numbers of runs that exist, each once, at most `most` of them. */
export function parseRuns(text: string | undefined, runs: readonly RunRow[], most = 6): number[] {
  const wanted = (text ?? "").split(",").map(Number);
  return [...new Set(wanted)].filter((n) => runs.some((run) => run.number === n)).slice(0, most);
}

/**
 * How far two runs are one: by their record, and by their weights, which may be equal for longer where a fork changed nothing at first.
 * Without `gaps` their networks differ, and no weights were compared.
 */
export function metIn({ shared, common, parting, gaps }: { shared: number | null; common: number; parting?: { state: number } | null; gaps: object }): string {
  const equal = parting === undefined || Object.keys(gaps).length === 0 ? (shared ?? 0) : parting === null ? common : parting.state - 1;
  const bits = `all weights are equal to the last bit up to step ${count(equal)}`;
  if (!shared) return equal > 0 ? `They have no step in common, yet ${bits}.` : "They have no step in common.";
  return `Up to step ${count(shared)} they are one run${equal > shared ? `, and ${bits}` : ""}.`;
}

/** Two losses in one step, with as many digits as tell them apart. */
export function lossesOf(step: number, a: number, b: number): string {
  if (Object.is(a, b)) return `In step ${count(step)} both have the loss ${figure(a, 3)}, equal to the last digit.`;
  let digits = 3;
  while (digits < 17 && figure(a, digits) === figure(b, digits)) digits++;
  return `In step ${count(step)} their losses are ${figure(a, digits)} and ${figure(b, digits)}.`;
}

export interface Curve {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Curves over different steps brought onto all of their steps together: between its ends a curve keeps its last value, outside them it has none. */
export function together(curves: readonly Curve[]): { x: Float64Array; y: Float64Array[] } {
  const x = Float64Array.from(new Set(curves.flatMap((curve) => Array.from(curve.x)))).sort();
  const y = curves.map((curve) => {
    const out = new Float64Array(x.length).fill(NaN);
    let at = -1;
    for (let i = 0; i < x.length; i++) {
      while (at + 1 < curve.x.length && curve.x[at + 1] <= x[i]) at++;
      if (at >= 0 && x[i] <= curve.x[curve.x.length - 1]) out[i] = curve.y[at];
    }
    return out;
  });
  return { x, y };
}

/** The part of a curve that a run made itself, from state `start` on, with its very first point: a long curve tells that only as a part of its first stretch. */
export function ownPart(start: number, first: Curve, whole: Curve): Curve {
  const begin = first.x[0] === start + 1 ? [[first.x[0], first.y[0]]] : [];
  const from = begin.length ? start + 2 : start;
  const points = [...begin, ...Array.from(whole.x, (step, i) => [step, whole.y[i]]).filter(([step]) => step >= from)];
  return { x: points.map(([step]) => step), y: points.map(([, value]) => value) };
}

/** From this width on the chart stands beside the tree. */
const BESIDE = 1280;
/** What stands above and below the chart. */
const AROUND = 330;

/** How high the chart of the chosen runs is, in units that grow with the text: beside the tree it fills the screen, with a comparison below it half of that. */
export const chartHeight = (across: number, down: number, times: number, compared: boolean): number =>
  across < BESIDE ? 300 : Math.max(300, Math.round((down / times - AROUND) / (compared ? 2 : 1)));
