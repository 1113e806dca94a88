// A neuron as a curve over what its inputs bring, with the examples as dots on it. The bias moves the curve: a = f(u + b).
import type { ColumnData } from "../../lib/framing";
import { extent, linear, type Scale } from "../../lib/scale";
import type { Activation } from "./activation";

export interface Dot {
  /** Position among the rows. */
  readonly at: number;
  /** What the inputs bring: the sum without the bias. */
  readonly u: number;
  readonly a: number;
}

/** The dots at a bias; `f` computes what they would give out, or the engine's own `a` is taken where the bias is its own. */
export function dotsOf(z: ColumnData, a: ColumnData, bias: number, preview: number | null, f: Activation | null): Dot[] {
  return Array.from(z, (sum, at) => {
    const u = sum - bias;
    return { at, u, a: preview === null || !f ? a[at] : f(u + preview) };
  });
}

export interface Frame {
  readonly x: Scale;
  readonly y: Scale;
  readonly span: readonly [number, number];
}

/** Scales that hold all dots, the kink of the curve at any bias shown, and the curve itself. */
export function frameOf(dots: readonly Dot[], biases: readonly number[], f: Activation | null, box: { left: number; right: number; top: number; bottom: number }): Frame {
  const us = extent([...dots.map((dot) => dot.u), ...biases.map((b) => -b)]) ?? [-1, 1];
  const room = (us[1] - us[0]) * 0.06 || 1;
  const span: [number, number] = [us[0] - room, us[1] + room];
  const seen = dots.map((dot) => dot.a);
  if (f) for (const bias of biases) for (let i = 0; i <= 24; i++) seen.push(f(span[0] + ((span[1] - span[0]) * i) / 24 + bias));
  const up = extent(seen) ?? [0, 1];
  const air = (up[1] - up[0]) * 0.08 || 0.5;
  return { x: linear(span, [box.left, box.right]), y: linear([up[0] - air, up[1] + air], [box.bottom, box.top]), span };
}

/** The path of the curve at a bias. */
export function curveOf(f: Activation, bias: number, { x, y, span }: Frame, points = 160): string {
  const at = Array.from({ length: points + 1 }, (_, i) => span[0] + ((span[1] - span[0]) * i) / points);
  // A kink is drawn where it is, not beside it.
  if (-bias > span[0] && -bias < span[1]) at.push(-bias);
  return at
    .sort((p, q) => p - q)
    .map((u, i) => `${i ? "L" : "M"}${x(u).toFixed(1)} ${y(f(u + bias)).toFixed(1)}`)
    .join("");
}

/** Rows of a strip by class, the classes in their order. */
export function strips(target: ColumnData, classes: number): number[][] {
  const found: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < target.length; i++) found[target[i]]?.push(i);
  return found;
}

/** A steady scatter in [-1, 1] for the dots of a strip, so that equal ones do not hide each other. */
export const scatter = (i: number): number => (((i * 0.618033988749895) % 1) - 0.5) * 2;

export interface Change {
  readonly mean: number;
  /** How many give out more than 0. */
  readonly active: number;
}

export function summary(dots: readonly Dot[]): Change {
  return {
    mean: dots.reduce((sum, dot) => sum + dot.a, 0) / Math.max(dots.length, 1),
    active: dots.filter((dot) => dot.a > 0).length,
  };
}

/** Positions by size, largest magnitude first. */
export const byMagnitude = (values: ArrayLike<number>, most: number): number[] =>
  Array.from(values, (_, i) => i)
    .sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b)
    .slice(0, most);

/** Orders by magnitude; as long as they are of the same `held`, which is not null, the first one stays. */
export function keptOrder(): (values: ArrayLike<number>, most: number, held: string | null) => number[] {
  let kept: { readonly of: string | null; readonly length: number; readonly order: number[] } | null = null;
  return (values, most, held) => {
    if (held === null || kept?.of !== held || kept.length !== values.length) kept = { of: held, length: values.length, order: byMagnitude(values, most) };
    return kept.order;
  };
}
