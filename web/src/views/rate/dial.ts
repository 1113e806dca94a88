// The dial of the learning rate: equal ways mean equal factors, along an arc of 270 degrees open at the bottom.
import { clamp } from "../../lib/scale";
import { GOOD_PACE, type Stance } from "../../lib/stance";

export interface Range {
  readonly min: number;
  readonly max: number;
}

const FROM = -135;
const ARC = 270;

/** Degrees clockwise from straight up. */
export const angleOf = ({ min, max }: Range, lr: number): number => FROM + ARC * clamp(Math.log(lr / min) / Math.log(max / min), 0, 1);

/** The rate at an angle; the gap below belongs to the nearer end. */
export function rateAt({ min, max }: Range, angle: number): number {
  const turned = ((((angle + 180) % 360) + 360) % 360) - 180;
  return min * (max / min) ** clamp((turned - FROM) / ARC, 0, 1);
}

/** Three digits are as many as a hand can set. */
export const tidy = (lr: number): number => Number(lr.toPrecision(3));

export const onCircle = (angle: number, radius: number): [number, number] => [radius * Math.sin((angle * Math.PI) / 180), -radius * Math.cos((angle * Math.PI) / 180)];

export function arc(from: number, to: number, radius: number): string {
  const [x0, y0] = onCircle(from, radius);
  const [x1, y1] = onCircle(to, radius);
  return `M${x0.toFixed(2)} ${y0.toFixed(2)}A${radius} ${radius} 0 ${to - from > 180 ? 1 : 0} 1 ${x1.toFixed(2)} ${y1.toFixed(2)}`;
}

/** Words beside the arc, around a middle at x, y. */
export interface Sign {
  readonly text: string;
  /** What its tooltip says. */
  readonly title: string;
  readonly x: number;
  readonly y: number;
}

/** In units of the dial, of letters 13 high: about as wide as the widest fonts make them. */
const LETTER = 7.8;
const LINE = 16;
const GAP = 4;
/** Words may go this far to either side. */
const REACH = 204;

/** Where words stand that belong to an angle: as near to a circle as they can without touching it. */
export function beside(angle: number, radius: number, text: string): { x: number; y: number } {
  const [sin, cos] = [Math.sin((angle * Math.PI) / 180), Math.cos((angle * Math.PI) / 180)];
  const half = (text.length * LETTER) / 2;
  const far = radius + Math.abs(sin) * half + (Math.abs(cos) * LINE) / 2;
  return { x: clamp(far * sin, half - REACH, REACH - half), y: -far * cos };
}

/** Those that have room, the more important ones first; what gives way is told in the title of the one that stands in its place. */
export function giveWay(signs: readonly Sign[]): Sign[] {
  const kept: Sign[] = [];
  for (const sign of signs) {
    const at = kept.findIndex((one) => Math.abs(one.x - sign.x) < ((one.text.length + sign.text.length) * LETTER) / 2 + GAP && Math.abs(one.y - sign.y) < LINE);
    if (at < 0) kept.push(sign);
    else kept[at] = { ...kept[at], title: `${kept[at].title}; ${sign.title}` };
  }
  return kept;
}

export interface Zone {
  readonly stance: Stance;
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

/** A range that holds every rate in `seen` and, where there is a limit, a good part of both of its sides. */
export function rangeOf(limit: number | null, seen: readonly number[]): Range {
  const rates = seen.filter((lr) => lr > 0 && Number.isFinite(lr));
  const ends = limit === null ? [] : [limit / 400, limit * 4];
  const all = [...rates.map((lr) => lr / 1.6), ...rates.map((lr) => lr * 1.6), ...ends];
  if (rates.length && limit === null) all.push(rates[0] / 100, rates[0] * 100);
  return all.length ? { min: Math.min(...all), max: Math.max(...all) } : { min: 1e-5, max: 1 };
}

/** The zones of the dial. With momentum and with Adam steps carry earlier gradients on (`carries`), and swing before they are near the limit. */
export function zonesOf(limit: number | null, { min, max }: Range, creeping: number | null, carries = false): Zone[] {
  if (limit === null || creeping === null) return [];
  const edges = [min, creeping, limit * GOOD_PACE, limit, max].map((lr) => clamp(lr, min, max));
  const told: [Stance, string][] = [
    ["creeps", "a step comes at most a 25th nearer to the bottom of the sharpest direction"],
    ["good pace", carries ? "steps carry earlier gradients on: they come straight on or swing across the bottom, less far each time" : "a step stays on its side of the bottom"],
    ["jumps over but arrives", carries ? "steps cross the bottom nearly every time, yet less far each time" : "a step lands on the other side of the bottom, yet nearer each time"],
    ["past the limit", "on the parabola here each step lands farther away"],
  ];
  return told.map(([stance, words], i) => ({ stance, words, from: edges[i], to: edges[i + 1] })).filter((zone) => zone.to > zone.from);
}
