// The loss along one weight, and the step on it as a throw at the lowest point.
import type { Told } from "../../lib/messages";
import { extent, linear, type Scale } from "../../lib/scale";

export interface Mark {
  readonly label: string;
  readonly at: readonly number[];
  readonly loss: number | null;
}

export interface Landscape {
  readonly title: string;
  readonly step: number | null;
  readonly rows: string;
  readonly count: number;
  readonly axes: readonly { readonly name: string; readonly place: string; readonly values: readonly number[]; readonly slope: number | null }[];
  readonly losses: readonly (number | null)[] | readonly (readonly (number | null)[])[];
  readonly marks: readonly Mark[];
  readonly lowest: Mark;
  readonly sentences: readonly string[];
}

type Bits = number | null | { readonly value: number | null };
const plainly = (of: Bits): number | null => (of !== null && typeof of === "object" ? of.value : of);

/** The lens's answer, its numbers without their bits. */
export function landscapeOf(told: Told): Landscape {
  const given = told as unknown as Landscape;
  const mark = (of: Mark): Mark => ({ ...of, loss: plainly(of.loss as Bits) });
  return {
    ...given,
    axes: given.axes.map((axis) => ({ ...axis, slope: plainly(axis.slope as Bits) })),
    marks: given.marks.map(mark),
    lowest: mark(given.lowest),
  };
}

export interface Throw {
  readonly x: Scale;
  readonly y: Scale;
  /** Path of the curve. */
  readonly curve: string;
  /** The straight line of the slope, cut off where it leaves the picture. */
  readonly tangent: readonly [number, number, number, number] | null;
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
  /** The way of the dart, over the curve. */
  readonly arc: string;
  readonly bullseye: readonly [number, number];
  /** Whether the lowest point lies inside, or the loss still falls at the edge. */
  readonly inside: boolean;
}

/** Everything that is drawn, in pixels of a picture of `width` by `height` with the margins left free. */
export function throwOf(
  landscape: Landscape,
  width: number,
  height: number,
  margin: { left: number; right: number; top: number; bottom: number },
): Throw | null {
  const values = landscape.axes[0]?.values ?? [];
  const losses = landscape.losses as readonly (number | null)[];
  const across = extent(values);
  const [before, after] = landscape.marks;
  const up = extent([...losses, before?.loss, after?.loss].filter((loss): loss is number => loss !== null && loss !== undefined));
  if (!across || !up || !before || !after || width < 40) return null;
  const room = (up[1] - up[0] || Math.abs(up[1]) || 1) * 0.08;
  const x = linear(across, [margin.left, width - margin.right]);
  const y = linear([up[0] - room, up[1] + room], [height - margin.bottom, margin.top]);
  let curve = "";
  let pen = "M";
  losses.forEach((loss, i) => {
    if (loss === null) pen = "M";
    else {
      curve += `${pen}${x(values[i]).toFixed(1)} ${y(loss).toFixed(1)}`;
      pen = "L";
    }
  });
  const place = (mark: Mark): [number, number] => [x(mark.at[0]), y(mark.loss ?? up[1])];
  const [from, to] = [place(before), place(after)];
  const distance = to[0] - from[0];
  const top = Math.max(margin.top * 0.35, Math.min(from[1], to[1]) - Math.min(18 + Math.abs(distance) * 0.4, 90));
  return {
    x,
    y,
    curve,
    tangent: tangentOf(landscape, before, across, [up[0] - room, up[1] + room], x, y),
    before: from,
    after: to,
    arc: `M${from[0].toFixed(1)} ${from[1].toFixed(1)}Q${((from[0] + to[0]) / 2).toFixed(1)} ${top.toFixed(1)} ${to[0].toFixed(1)} ${to[1].toFixed(1)}`,
    bullseye: place(landscape.lowest),
    inside: landscape.lowest.at[0] > across[0] && landscape.lowest.at[0] < across[1],
  };
}

function tangentOf(
  landscape: Landscape, mark: Mark, across: readonly [number, number], up: readonly [number, number], x: Scale, y: Scale,
): Throw["tangent"] {
  const slope = landscape.axes[0].slope;
  if (slope === null || mark.loss === null) return null;
  const loss = mark.loss;
  const line = (w: number): number => loss + slope * (w - mark.at[0]);
  const where = (level: number): number => mark.at[0] + (level - loss) / slope;
  let [low, high] = across;
  if (slope !== 0) {
    const [a, b] = [where(up[0]), where(up[1])].sort((p, q) => p - q);
    low = Math.max(low, a);
    high = Math.min(high, b);
  }
  return [x(low), y(line(low)), x(high), y(line(high))];
}

/** How far to look so that a small step fills a good part of the picture; null where it did not move. */
export const closeUp = (landscape: Landscape): number | null => {
  const [before, after] = landscape.marks;
  const move = Math.abs((after?.at[0] ?? 0) - (before?.at[0] ?? 0));
  return move > 0 && Number.isFinite(move) ? Number((3 * move).toPrecision(2)) : null;
};
