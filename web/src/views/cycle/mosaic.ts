// The weights of a large layer as pixels: one tile a neuron, laid out as the layer that the neuron looks at.
import type { ColumnData } from "../../lib/framing";
import { clamp } from "../../lib/scale";
import { tileOf, type Gap } from "./layout";

/** Where the pixel of the weight from `i` to `j` lies in the picture, one pixel a weight and one between tiles. */
export function pixelOf(gap: Gap, i: number, j: number): [number, number] {
  const cell = gap.cells ? gap.cells[i] : i;
  const x = (j % gap.cols) * (gap.tileCols + 1) + (cell % gap.tileCols);
  const y = Math.floor(j / gap.cols) * (gap.tileRows + 1) + Math.floor(cell / gap.tileCols);
  return [x, y];
}

/** One picture of weights, painted again only when its values or its colours change. */
export class Mosaic {
  private readonly canvas = document.createElement("canvas");
  private image: ImageData | null = null;
  private last: readonly unknown[] = [];

  /** Draws `values` (inputs by outputs, row-major) into the gap, with `most` as the deepest colour. */
  draw(ctx: CanvasRenderingContext2D, gap: Gap, values: ColumnData, outputs: number, most: number, colors: Uint32Array): void {
    const { rows, cols, tileRows, tileCols } = gap;
    const width = cols * (tileCols + 1) - 1;
    const height = rows * (tileRows + 1) - 1;
    const key = [values, most, colors, width, height];
    if (key.some((part, i) => part !== this.last[i])) {
      this.last = key;
      this.paint(gap, values, outputs, most, colors, width, height);
    }
    ctx.imageSmoothingEnabled = false;
    // Tiles are placed one by one: in a list they stand apart, beside their neurons.
    for (let j = 0; j < outputs; j++) {
      const tile = tileOf(gap, j);
      const [x, y] = [(j % cols) * (tileCols + 1), Math.floor(j / cols) * (tileRows + 1)];
      ctx.drawImage(this.canvas, x, y, tileCols, tileRows, tile.x, tile.y, tile.w, tile.h);
    }
  }

  private paint(gap: Gap, values: ColumnData, outputs: number, most: number, colors: Uint32Array, width: number, height: number): void {
    const ctx = this.canvas.getContext("2d")!;
    if (this.canvas.width !== width || this.canvas.height !== height || !this.image) {
      this.canvas.width = width;
      this.canvas.height = height;
      this.image = ctx.createImageData(width, height);
    }
    const pixels = new Uint32Array(this.image.data.buffer);
    const { tileRows, tileCols, cols } = gap;
    pixels.fill(0);
    const inputs = outputs ? values.length / outputs : 0;
    const ratio = 127.5 / (most || 1);
    for (let i = 0; i < inputs; i++) {
      const [dx, dy] = pixelOf(gap, i, 0);
      const from = i * outputs;
      for (let j = 0; j < outputs; j++) {
        const at = (Math.floor(j / cols) * (tileRows + 1) + dy) * width + (j % cols) * (tileCols + 1) + dx;
        pixels[at] = colors[clamp(127.5 + values[from + j] * ratio + 0.5, 0, 255) | 0];
      }
    }
    ctx.putImageData(this.image, 0, 0);
  }
}
