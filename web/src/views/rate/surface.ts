// The loss over two weights as lines of equal height, with the ways that optimizers took over it.

export interface Grid {
  /** (n, m) row-major: `losses[i * m + j]` belongs to `xs[i]` and `ys[j]`; NaN where unknown. */
  readonly losses: Float64Array;
  readonly xs: readonly number[];
  readonly ys: readonly number[];
}

export function gridOf(xs: readonly number[], ys: readonly number[], losses: readonly (readonly (number | null)[])[]): Grid {
  const flat = new Float64Array(xs.length * ys.length);
  losses.forEach((row, i) => row.forEach((loss, j) => (flat[i * ys.length + j] = loss ?? Number.NaN)));
  return { losses: flat, xs, ys };
}

/** Heights for lines: close together near the bottom, where the way is won or lost, wide apart on the walls. */
export function levels(grid: Grid, n = 12): number[] {
  const seen = Array.from(grid.losses).filter(Number.isFinite).sort((a, b) => a - b);
  if (seen.length < 2 || seen[0] === seen[seen.length - 1]) return [];
  const [low, high] = [seen[0], seen[seen.length - 1]];
  return Array.from({ length: n }, (_, i) => low + (high - low) * ((i + 0.5) / n) ** 2);
}

export type Segment = readonly [number, number, number, number];

/** The line of height `level` as segments x0, y0, x1, y1 in units of the weights: marching squares. */
export function contour(grid: Grid, level: number): Segment[] {
  const found: Segment[] = [];
  const m = grid.ys.length;
  for (let i = 0; i + 1 < grid.xs.length; i++)
    for (let j = 0; j + 1 < m; j++) {
      const corner = [grid.losses[i * m + j], grid.losses[(i + 1) * m + j], grid.losses[(i + 1) * m + j + 1], grid.losses[i * m + j + 1]];
      if (!corner.every(Number.isFinite)) continue;
      const place: [number, number][] = [[grid.xs[i], grid.ys[j]], [grid.xs[i + 1], grid.ys[j]], [grid.xs[i + 1], grid.ys[j + 1]], [grid.xs[i], grid.ys[j + 1]]];
      const cuts: [number, number][] = [];
      for (let k = 0; k < 4; k++) {
        const [a, b] = [corner[k], corner[(k + 1) % 4]];
        if (a < level === b < level) continue;
        const t = (level - a) / (b - a);
        const [p, q] = [place[k], place[(k + 1) % 4]];
        cuts.push([p[0] + (q[0] - p[0]) * t, p[1] + (q[1] - p[1]) * t]);
      }
      // Four cuts are a saddle: the middle tells which corners belong together.
      if (cuts.length === 4 && corner[0] < level !== corner.reduce((s, c) => s + c, 0) / 4 < level) cuts.unshift(cuts.pop()!);
      for (let k = 0; k + 1 < cuts.length; k += 2) found.push([...cuts[k], ...cuts[k + 1]]);
    }
  return found;
}

export interface Way {
  readonly run: number;
  readonly a: readonly number[];
  readonly b: readonly number[];
}

/** How far the ways go from their start on either axis, with some air; at least `least`. */
export function spanOf(ways: readonly Way[], least: number): number {
  let most = 0;
  for (const { a, b } of ways)
    for (let i = 0; i < a.length; i++) {
      const far = Math.max(Math.abs(a[i] - a[0]), Math.abs(b[i] - b[0]));
      if (Number.isFinite(far)) most = Math.max(most, far);
    }
  return Number(Math.max(most * 1.25, least).toPrecision(3));
}

/** The part of an axis where the ways are, with air around them, never beyond what was measured. */
export function around(axis: readonly number[], seen: readonly number[]): [number, number] {
  const [first, last] = [axis[0], axis[axis.length - 1]];
  const inside = seen.filter((v) => v >= first && v <= last);
  if (inside.length === 0) return [first, last];
  const [low, high] = inside.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const air = Math.max((high - low) * 0.35, (last - first) * 0.06);
  return [Math.max(first, low - air), Math.min(last, high + air)];
}

/** The two weights that moved farthest between two states, most first; fewer where there are fewer weights. */
export function farthest(
  parameters: readonly { readonly name: string; readonly shape: readonly number[] }[],
  before: Readonly<Record<string, ArrayLike<number>>>,
  after: Readonly<Record<string, ArrayLike<number>>>,
): { parameter: string; at: number }[] {
  const best: { parameter: string; at: number; far: number }[] = [];
  for (const { name } of parameters) {
    const [p, q] = [before[name], after[name]];
    for (let i = 0; i < (p?.length ?? 0); i++) {
      const far = Math.abs(q[i] - p[i]);
      if (best.length < 2 || far > best[1].far) {
        best.push({ parameter: name, at: i, far });
        best.sort((a, b) => b.far - a.far);
        best.length = Math.min(best.length, 2);
      }
    }
  }
  return best.map(({ parameter, at }) => ({ parameter, at }));
}
