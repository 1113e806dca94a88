// What each neuron gives at every place, where the inputs are one or two numbers: a small picture in place of a colour.
import type { Beliefs } from "../../lib/messages";
import { clamp } from "../../lib/scale";
import type { Description } from "../../lib/state.svelte";
import type { Palette } from "../../lib/theme";
import { weighted } from "./scene";

/** What the neurons of one layer give: for each of them `side` shades along one input, or `side` times `side`. */
export interface Response {
  readonly shades: Uint8Array;
  readonly side: number;
}

export interface Responses {
  /** By column of units, null where there is no picture; the inputs have none. */
  readonly columns: readonly (Response | null)[];
  /** From where to where each input is looked at, in its own unit. */
  readonly ends: readonly (readonly [number, number])[];
}

/** The pictures in an answer about the data; null where it has none. */
export function responsesOf(description: Pick<Description, "layers" | "parameters">, beliefs: Pick<Beliefs, "columns"> | null): Responses | null {
  const ends = ["grid_x", "grid_y"].flatMap((name) => {
    const axis = beliefs?.columns[name]?.data;
    return axis ? [[axis[0], axis[axis.length - 1]] as const] : [];
  });
  const columns = weighted(description).map((layer): Response | null => {
    const found = beliefs?.columns[`${layer.name}.over`];
    return found?.data instanceof Uint8Array ? { shades: found.data, side: found.shape[1] } : null;
  });
  return ends.length && columns.some(Boolean) ? { columns: [null, ...columns], ends } : null;
}

/** Where an example lies, from 0 to 1 along each input. */
export const placeIn = ({ ends }: Responses, raw: ArrayLike<number>): number[] => ends.map(([low, high], i) => clamp((raw[i] - low) / (high - low || 1), 0, 1));

/** Which shade the picture of a neuron has at a place. */
export function shadeAt({ shades, side }: Response, unit: number, place: readonly number[]): number {
  const at = place.map((part) => Math.round(part * (side - 1)));
  return shades[unit * side ** at.length + at.reduce((sum, i) => sum * side + i, 0)];
}

/** The pictures of one layer beside each other, made once for as long as nothing changes. */
export class Faces {
  private readonly canvas = document.createElement("canvas");
  private made: Response | null = null;
  private colors: Uint32Array | null = null;

  /** Draws what a neuron gives into a square, and the place of an example in it. */
  draw(ctx: CanvasRenderingContext2D, of: Response, unit: number, place: readonly number[], box: { x: number; y: number; side: number }, colors: Uint32Array, palette: Palette): void {
    const { x, y, side } = box;
    let [px, py] = [x + place[0] * side, y + side / 2];
    if (place.length === 2) {
      this.make(of, colors);
      ctx.imageSmoothingEnabled = true;
      ctx.drawImage(this.canvas, unit * of.side, 0, of.side, of.side, x, y, side, side);
      py = y + (1 - place[1]) * side;
    } else {
      const high = (shade: number): number => y + side / 2 - ((shade - 128) / 128) * side * 0.44;
      ctx.lineWidth = 1;
      ctx.strokeStyle = palette.line;
      ctx.beginPath();
      ctx.moveTo(x, high(128));
      ctx.lineTo(x + side, high(128));
      ctx.stroke();
      ctx.lineWidth = clamp(side / 22, 1.2, 2.4);
      ctx.strokeStyle = palette.forward;
      ctx.beginPath();
      for (let i = 0; i < of.side; i++) ctx.lineTo(x + (i / (of.side - 1)) * side, high(of.shades[unit * of.side + i]));
      ctx.stroke();
      py = high(shadeAt(of, unit, place));
    }
    const radius = clamp(side / 14, 1.6, 3.4);
    ctx.beginPath();
    ctx.arc(px, py, radius, 0, 7);
    ctx.fillStyle = palette.ink;
    ctx.strokeStyle = palette.panel;
    ctx.lineWidth = 1;
    ctx.fill();
    ctx.stroke();
  }

  /** The first input grows to the right, the second upwards. */
  private make(of: Response, colors: Uint32Array): void {
    if (this.made === of && this.colors === colors) return;
    [this.made, this.colors] = [of, colors];
    const { side, shades } = of;
    const units = shades.length / side ** 2;
    [this.canvas.width, this.canvas.height] = [units * side, side];
    const ctx = this.canvas.getContext("2d")!;
    const image = ctx.createImageData(units * side, side);
    const pixels = new Uint32Array(image.data.buffer);
    for (let unit = 0; unit < units; unit++) {
      for (let i = 0; i < side; i++) {
        for (let j = 0; j < side; j++) pixels[(side - 1 - j) * units * side + unit * side + i] = colors[shades[(unit * side + i) * side + j]];
      }
    }
    ctx.putImageData(image, 0, 0);
  }
}
