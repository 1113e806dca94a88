// What each neuron gives at every place, where the inputs are one or two numbers: a small picture in place of a colour.
import { classColors } from "./colors";
import type { Column } from "./framing";
import { clamp } from "./scale";
import { diverging, fading, type Palette } from "./theme";

/** What the neurons of one layer give: for each of them `side` shades along one input, or `side` times `side`. */
export interface Response {
  readonly shades: Uint8Array;
  readonly side: number;
  /** How many inputs it is over: one or two. */
  readonly inputs: number;
}

export interface Responses {
  /** By column of units, null where there is no picture; the inputs have none. */
  readonly columns: readonly (Response | null)[];
  /** From where to where each input is looked at, in its own unit. */
  readonly ends: readonly (readonly [number, number])[];
  /** How many classes the last layer gives the probabilities of; 0 where it gives numbers. */
  readonly classes: number;
}

/** The pictures of these layers in an answer; null where it has none. */
export function responsesOf(layers: readonly string[], columns: Readonly<Record<string, Column>>, classes = 0): Responses | null {
  const ends = ["grid_x", "grid_y"].flatMap((name) => {
    const axis = columns[name]?.data;
    return axis ? [[axis[0], axis[axis.length - 1]] as const] : [];
  });
  const found = layers.map((layer): Response | null => {
    const over = columns[`${layer}.responses`];
    return over?.data instanceof Uint8Array ? { shades: over.data, side: over.shape[1], inputs: over.shape.length - 1 } : null;
  });
  return ends.length && found.some(Boolean) ? { columns: [null, ...found], ends, classes } : null;
}

/** The colours of each neuron in a column of units: those of the signs, and of an output the one that its class has everywhere. */
export function colorsOf({ columns, classes }: Responses, column: number, palette: Palette, dark: boolean): readonly Uint32Array[] {
  const of = columns[column];
  const units = of ? of.shades.length / of.side ** of.inputs : 0;
  const own = classes > 0 && column === columns.length - 1 ? classColors(classes, palette, dark).slice(-units) : [];
  return Array.from({ length: units }, (_, unit) => (own[unit] ? fading(palette.panel, own[unit]) : diverging(palette)));
}

/** Where an example lies, from 0 to 1 along each input. */
export const placeIn = ({ ends }: Responses, raw: ArrayLike<number>): number[] => ends.map(([low, high], i) => clamp((raw[i] - low) / (high - low || 1), 0, 1));

/** Which shade the picture of a neuron has at a place. */
export function shadeAt({ shades, side }: Response, unit: number, place: readonly number[]): number {
  const at = place.map((part) => Math.round(part * (side - 1)));
  return shades[unit * side ** at.length + at.reduce((sum, i) => sum * side + i, 0)];
}

export interface Square {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** The shade of 0, and how far from the middle the deepest one is drawn. */
const ZERO = 128;
const heightOf = (shade: number, { y, side }: Square): number => y + side / 2 - ((shade - ZERO) / ZERO) * side * 0.44;

/** Draws a dot where an example lies in the picture of a neuron. */
export function mark(ctx: CanvasRenderingContext2D, of: Response, unit: number, place: readonly number[], box: Square, radius: number, palette: Palette): void {
  const high = place.length === 2 ? box.y + (1 - place[1]) * box.side : heightOf(shadeAt(of, unit, place), box);
  ctx.beginPath();
  ctx.arc(box.x + place[0] * box.side, high, radius, 0, 7);
  ctx.fillStyle = palette.ink;
  ctx.strokeStyle = palette.panel;
  ctx.lineWidth = 1;
  ctx.fill();
  ctx.stroke();
}

/** The pictures of one layer beside each other, made once for as long as nothing changes. */
export class Faces {
  private readonly canvas = document.createElement("canvas");
  private made: Response | null = null;
  private colors: readonly Uint32Array[] = [];

  /** Draws what a neuron gives at every place into a square. */
  draw(ctx: CanvasRenderingContext2D, of: Response, unit: number, box: Square, colors: readonly Uint32Array[], palette: Palette): void {
    const { x, y, side } = box;
    if (of.inputs === 2) {
      this.make(of, colors);
      ctx.imageSmoothingEnabled = true;
      // From middle to middle of the outer points, which lie on the square's edge; half a point more is the next neuron's.
      ctx.drawImage(this.canvas, unit * of.side + 0.5, 0.5, of.side - 1, of.side - 1, x, y, side, side);
      return;
    }
    ctx.lineWidth = 1;
    ctx.strokeStyle = palette.line;
    ctx.beginPath();
    ctx.moveTo(x, heightOf(ZERO, box));
    ctx.lineTo(x + side, heightOf(ZERO, box));
    ctx.stroke();
    ctx.lineWidth = clamp(side / 22, 1.2, 2.4);
    ctx.strokeStyle = palette.forward;
    ctx.beginPath();
    for (let i = 0; i < of.side; i++) ctx.lineTo(x + (i / (of.side - 1)) * side, heightOf(of.shades[unit * of.side + i], box));
    ctx.stroke();
  }

  /** The first input grows to the right, the second upwards. */
  private make(of: Response, colors: readonly Uint32Array[]): void {
    if (this.made === of && colors.every((table, unit) => table === this.colors[unit])) return;
    [this.made, this.colors] = [of, colors];
    const { side, shades } = of;
    const units = colors.length;
    [this.canvas.width, this.canvas.height] = [units * side, side];
    const ctx = this.canvas.getContext("2d")!;
    const image = ctx.createImageData(units * side, side);
    const pixels = new Uint32Array(image.data.buffer);
    for (let unit = 0; unit < units; unit++) {
      for (let i = 0; i < side; i++) {
        for (let j = 0; j < side; j++) pixels[(side - 1 - j) * units * side + unit * side + i] = colors[unit][shades[(unit * side + i) * side + j]];
      }
    }
    ctx.putImageData(image, 0, 0);
  }
}
