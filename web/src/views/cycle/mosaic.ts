// The weights of a large layer as pixels: one tile a neuron, laid out as the layer that the neuron looks at.
import type { ColumnData } from "../../lib/framing";
import { shadeOf } from "../../lib/theme";
import { pictureOf, type Gap } from "./layout";

/** Where the weight from `i` to `j` begins in the picture: `fine` pixels each way belong to it. */
export function pixelOf(gap: Gap, i: number, j: number): [number, number] {
  const cell = gap.cells ? gap.cells[i] : i;
  const x = (j % gap.cols) * gap.stepX + (cell % gap.tileCols) * gap.fine;
  const y = Math.floor(j / gap.cols) * gap.stepY + gap.inset + Math.floor(cell / gap.tileCols) * gap.fine;
  return [x, y];
}

/** One picture of weights, a pixel or a few for each, painted again only when its values or its colours change. */
export class Mosaic {
  private image: ImageData | null = null;
  private pixels = new Uint32Array(0);
  /** The first pixel of each weight, for the gap it was worked out for. */
  private places = new Int32Array(0);
  private placed: Gap | null = null;
  private last: readonly unknown[] = [];

  constructor(readonly canvas: HTMLCanvasElement = document.createElement("canvas")) {}

  /** Draws `values` (inputs by outputs, row-major) into the gap, with `most` as the deepest colour. */
  draw(ctx: CanvasRenderingContext2D, gap: Gap, values: ColumnData, outputs: number, most: number, colors: Uint32Array): void {
    this.paint(gap, values, outputs, most, colors);
    const { x, y } = gap.box;
    ctx.imageSmoothingEnabled = false;
    ctx.drawImage(this.canvas, x, y, this.canvas.width * gap.pixel, this.canvas.height * gap.pixel);
  }

  /** Paints the picture itself. Bytes are shades already; of other numbers `most` has the deepest colour, and NaN and infinity have none. */
  paint(gap: Gap, values: ColumnData, outputs: number, most: number, colors: Uint32Array): void {
    const key = [values, most, colors, gap, outputs];
    if (key.every((part, i) => part === this.last[i])) return;
    this.last = key;
    const { canvas } = this;
    const ctx = canvas.getContext("2d")!;
    const [width, height] = pictureOf(gap);
    if (!this.image || canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      this.image = ctx.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
      this.placed = null;
    }
    const { pixels } = this;
    if (this.placed !== gap || this.places.length !== values.length) {
      pixels.fill(0);
      this.placed = gap;
      this.places = Int32Array.from(values, (_, at) => {
        const [x, y] = pixelOf(gap, Math.floor(at / outputs), at % outputs);
        return y * width + x;
      });
    }
    const { places } = this;
    const shades = values instanceof Uint8Array;
    for (let at = 0; at < places.length; at++) pixels[places[at]] = shades ? colors[values[at]] : Number.isFinite(values[at]) ? colors[shadeOf(values[at], most)] : 0;
    if (gap.fine > 1) this.widen(gap.fine, width);
    ctx.putImageData(this.image, 0, 0);
  }

  /** Gives each weight all of its pixels. */
  private widen(fine: number, width: number): void {
    for (const place of this.places) {
      const color = this.pixels[place];
      for (let y = 0; y < fine; y++) this.pixels.fill(color, place + y * width, place + y * width + fine);
    }
  }
}
