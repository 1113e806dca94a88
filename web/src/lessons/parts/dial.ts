// A dial: values lie along an arc of 270 degrees that begins at the lower left and ends at the lower right.
import { clamp } from "../../lib/scale";

export interface Range {
  readonly min: number;
  readonly max: number;
  /** Equal ways mean equal factors. */
  readonly log?: boolean;
}

const FROM = -135;
const ARC = 270;

const along = ({ min, max, log }: Range, value: number): number =>
  log ? (Math.log(value) - Math.log(min)) / (Math.log(max) - Math.log(min)) : (value - min) / (max - min);

/** Degrees clockwise from straight up. */
export const angleOf = (range: Range, value: number): number => FROM + ARC * clamp(along(range, value), 0, 1);

/** The value at an angle; the gap below belongs to the nearer end. */
export function valueAt(range: Range, angle: number): number {
  const turned = ((((angle + 180) % 360) + 360) % 360) - 180;
  return valueAlong(range, clamp((turned - FROM) / ARC, 0, 1));
}

function valueAlong({ min, max, log }: Range, part: number): number {
  return log ? Math.exp(Math.log(min) + part * (Math.log(max) - Math.log(min))) : min + part * (max - min);
}

/** `value` moved by so many hundredths of the dial. */
export const turned = (range: Range, value: number, hundredths: number): number =>
  valueAlong(range, clamp(along(range, value) + hundredths / 100, 0, 1));

export const point = (angle: number, radius: number, centre: number): [number, number] => [
  centre + radius * Math.sin((angle * Math.PI) / 180),
  centre - radius * Math.cos((angle * Math.PI) / 180),
];

/** The path of an arc between two angles. */
export function arc(from: number, to: number, radius: number, centre: number): string {
  const [x0, y0] = point(from, radius, centre);
  const [x1, y1] = point(to, radius, centre);
  const r = (n: number): string => n.toFixed(2);
  return `M${r(x0)} ${r(y0)}A${radius} ${radius} 0 ${to - from > 180 ? 1 : 0} 1 ${r(x1)} ${r(y1)}`;
}
