// The racers of lesson 6, and what is drawn of them.

export interface Racer {
  readonly id: "sgd" | "momentum" | "rmsprop" | "adam";
  readonly name: string;
  readonly idea: string;
  /** A token of the theme. */
  readonly tone: "update" | "backward" | "loss" | "accent";
  readonly lr: number;
  /** lr on the digits. */
  readonly digits: number;
  readonly python: (lr: number) => string;
  readonly law: (lr: number) => Record<string, unknown>;
}

export const RACERS: readonly Racer[] = [
  { id: "sgd", name: "plain descent", idea: "steps down the slope where it stands, and forgets", tone: "update", lr: 0.2, digits: 0.1, python: (lr) => `er.SGD(lr=${lr})`, law: (lr) => ({ law: "sgd", lr }) },
  { id: "momentum", name: "momentum", idea: "a heavy ball: old steps keep pushing, what goes to and fro cancels", tone: "backward", lr: 0.05, digits: 0.05, python: (lr) => `er.SGD(lr=${lr}, momentum=0.9)`, law: (lr) => ({ law: "sgd", lr, momentum: 0.9 }) },
  { id: "rmsprop", name: "RMSProp", idea: "divides each weight's step by how steep it usually is there", tone: "loss", lr: 0.05, digits: 0.003, python: (lr) => `er.RMSProp(lr=${lr})`, law: (lr) => ({ law: "rmsprop", lr }) },
  { id: "adam", name: "Adam", idea: "both: remembers where it was going, and how steep it usually is", tone: "accent", lr: 0.2, digits: 0.005, python: (lr) => `er.Adam(lr=${lr})`, law: (lr) => ({ law: "adam", lr }) },
];

/** The rows of the ravine: steep across, a hundred times flatter along; its bottom is at (-1, 3). */
export const RAVINE = { x: [[2.6, 1.5], [-0.2, 0.35]], y: [1.9, 1.25], bottom: [-1, 3] } as const;

/** The mean squared error on the ravine's rows with these two weights. */
export const ravineLoss = (a: number, b: number): number => RAVINE.x.reduce((sum, [p, q], i) => sum + (p * a + q * b - RAVINE.y[i]) ** 2, 0) / RAVINE.x.length;

/** The mean of every `n` values, and the last step of each. */
export function smoothed(values: ArrayLike<number>, n: number): { x: number[]; y: number[] } {
  const x: number[] = [];
  const y: number[] = [];
  for (let from = 0; from + n <= values.length; from += n) {
    let sum = 0;
    for (let i = from; i < from + n; i++) sum += values[i];
    x.push(from + n);
    y.push(sum / n);
  }
  return { x, y };
}

/** A value between the points of a grid; rows along the first axis, both evenly spaced. */
export function sample(grid: readonly (readonly (number | null)[])[], a: readonly number[], b: readonly number[], u: number, v: number): number {
  const place = (axis: readonly number[], at: number): [number, number] => {
    const t = ((at - axis[0]) / (axis[axis.length - 1] - axis[0])) * (axis.length - 1);
    const i = Math.min(Math.max(Math.floor(t), 0), axis.length - 2);
    return [i, t - i];
  };
  const [i, s] = place(a, u);
  const [j, t] = place(b, v);
  const get = (r: number, c: number): number => grid[r][c] ?? NaN;
  return (1 - s) * ((1 - t) * get(i, j) + t * get(i, j + 1)) + s * ((1 - t) * get(i + 1, j) + t * get(i + 1, j + 1));
}

/** The band between two contours in which a loss lies: each is twice as deep as the one above. */
export const band = (loss: number, floor: number): number => Math.floor(Math.log2(Math.max(loss - floor, 0) + 0.02) * 1.2);

/** Who is lowest at the end; what flew off is last. */
export function winner(losses: ReadonlyMap<string, number>): string | null {
  let best: string | null = null;
  for (const [id, loss] of losses) if (Number.isFinite(loss) && (best === null || loss < losses.get(best)!)) best = id;
  return best;
}
