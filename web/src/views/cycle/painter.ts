// Draws a network on a canvas: units, weights, and the numbers of one phase as they move through it.
import { figure } from "../../lib/format";
import type { ColumnData } from "../../lib/framing";
import { colorsOf, Faces, mark, placeIn, type Responses } from "../../lib/responses";
import { clamp, extent } from "../../lib/scale";
import type { Phase } from "../../lib/state.svelte";
import { css, diverging, mix, rgb, sequential, shadeOf, type Palette } from "../../lib/theme";
import { paintFunnel } from "./funnel";
import { along, cellOf, centre, tileOf, type Gap, type Hit, type NetworkLayout, type Units } from "./layout";
import { Mosaic } from "./mosaic";
import { paintOutcome } from "./outcome";
import { passed } from "./passage";
import { hatching, isLost, lostIn } from "./lost";
import { steadyReach, type Scene } from "./scene";
import { prepare, shown, type Drawn, type Prepared } from "./shown";
import { linesOf, widthOf, write, writeBelow, writeInside } from "./text";

export interface Drawing {
  readonly layout: NetworkLayout;
  readonly scene: Scene;
  readonly phase: Phase;
  readonly palette: Palette;
  readonly dark: boolean;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** A prepared output in its own unit. */
  readonly inUnit: (output: number, value: number) => string | null;
  readonly hover: Hit | null;
  readonly selected: { readonly column: number; readonly unit: number } | null;
  /** Weights by link, newer than the scene's: those of a run that trains at this moment. */
  readonly live: readonly ColumnData[] | null;
  /** What each neuron gives at every place, where the inputs are one or two numbers. */
  readonly responses: Responses | null;
  /** Whether the tiles are left out: those of a run that trains are painted beneath, apart from all that stands still. */
  readonly beneath: boolean;
  /** Size of small text in pixels. */
  readonly text: number;
}

const STEPS = 10;

export class Painter {
  private readonly ctx: CanvasRenderingContext2D;
  private readonly mosaics = new Map<string, Mosaic>();
  private readonly grids = new Map<number, HTMLCanvasElement>();
  private readonly faces = new Map<number, Faces>();
  private prepared: Prepared | null = null;
  private palette: Palette | null = null;
  private colors: Uint32Array = new Uint32Array(256);
  private grays: Uint32Array = new Uint32Array(256);

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.ctx = canvas.getContext("2d")!;
  }

  paint(drawing: Drawing, moved: number): void {
    const { layout, palette, phase, scene } = drawing;
    if (this.palette !== palette) {
      this.palette = palette;
      this.colors = diverging(palette);
      this.grays = sequential(palette.panel, palette.ink);
    }
    if (this.prepared?.scene !== scene) this.prepared = prepare(scene);
    const p = this.prepared;
    const unit = devicePixelRatio || 1;
    const [w, h] = [Math.round(layout.width * unit), Math.round(layout.height * unit)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    const { ctx } = this;
    ctx.setTransform(unit, 0, 0, unit, 0, 0);
    ctx.clearRect(0, 0, layout.width, layout.height);
    const n = layout.gaps.length;
    layout.gaps.forEach((gap, k) => {
      const t = phase === "backward" ? passed(moved, n - 1 - k, n) : phase === "update" ? moved : passed(moved, k, n);
      if (gap.kind === "edges") this.edges(drawing, p, k, t);
      else this.mosaic(drawing, p, gap, k, t);
    });
    layout.units.forEach((units, k) => {
      const t = phase === "forward" ? (k === 0 ? 1 : passed(moved, k - 1, n)) : phase === "backward" ? (k === n ? 1 : passed(moved, n - 1 - k, n)) : 1;
      this.units(drawing, p, units, k, t);
    });
    this.names(drawing);
    paintOutcome(ctx, drawing, phase === "forward" ? passed(moved, n - 1, n) : 1, phase === "loss" ? moved : phase === "forward" ? 0 : 1);
  }

  private edges(drawing: Drawing, p: Prepared, k: number, t: number): void {
    const { layout, palette, phase, hover, selected } = drawing;
    const { ctx } = this;
    const [a, b] = [layout.units[k], layout.units[k + 1]];
    const thick = clamp(Math.min(a.size, b.size) * 0.42, 1.6, 9);
    const focus = hover?.kind === "unit" ? hover : selected;
    for (const [{ values, most }, alpha] of shown(drawing, p, k, t)) {
      if (alpha <= 0.01) continue;
      const paths = new Map<number, Path2D>();
      const lost = new Path2D();
      for (let i = 0; i < a.n; i++) {
        for (let j = 0; j < b.n; j++) {
          const v = values[i * b.n + j] / most;
          if (isLost(v)) {
            curve(lost, centre(a, i), centre(b, j));
            continue;
          }
          const far = focus && !(focus.column === k && focus.unit === i) && !(focus.column === k + 1 && focus.unit === j);
          const bucket = Math.min(STEPS, Math.ceil(Math.abs(v) * STEPS)) * 4 + (v < 0 ? 2 : 0) + (far ? 1 : 0);
          let path = paths.get(bucket);
          if (!path) paths.set(bucket, (path = new Path2D()));
          curve(path, centre(a, i), centre(b, j));
        }
      }
      for (const [bucket, path] of paths) {
        const size = Math.floor(bucket / 4) / STEPS;
        ctx.globalAlpha = alpha * (0.16 + 0.74 * size) * (bucket & 1 ? 0.4 : 1);
        ctx.strokeStyle = bucket & 2 ? palette.negative : palette.positive;
        ctx.lineWidth = 0.5 + size * thick;
        ctx.stroke(path);
      }
      // No width and no colour is true of NaN and infinity: a dashed grey line.
      ctx.globalAlpha = alpha;
      ctx.strokeStyle = palette.faint;
      ctx.lineWidth = 1;
      ctx.setLineDash([3, 4]);
      ctx.stroke(lost);
      ctx.setLineDash([]);
    }
    ctx.globalAlpha = 1;
    if (a.n * b.n <= 3) this.values(drawing, k, t);
    if (hover?.kind === "weight" && hover.link === k) {
      const path = new Path2D();
      curve(path, centre(a, hover.from), centre(b, hover.to));
      ctx.strokeStyle = palette.ink;
      ctx.lineWidth = 2.5;
      ctx.stroke(path);
    }
    if (t > 0 && t < 1 && !drawing.live) {
      const blame = phase === "backward" ? p.blames[k]() : null;
      if (phase === "forward") this.pulses(a, b, p.products[k](), t, palette);
      else if (blame) this.pulses(a, b, blame, 1 - t, palette);
    }
  }

  /** In a network of a few weights each edge carries its number: the weight, its gradient, or its way to the new weight. */
  private values({ layout, palette, phase, scene, live, text: size }: Drawing, k: number, t: number): void {
    const { ctx } = this;
    const [a, b] = [layout.units[k], layout.units[k + 1]];
    const link = scene.links[k];
    for (let i = 0; i < a.n; i++) {
      for (let j = 0; j < b.n; j++) {
        const at = i * b.n + j;
        const back = phase === "backward" && t >= 0.5;
        const w = live?.[k]?.[at] ?? (phase === "update" ? link.weight[at] + (link.after[at] - link.weight[at]) * t : link.weight[at]);
        const text = back ? `gradient ${figure(link.grad[at])}` : `w = ${figure(w)}`;
        const spread = a.n * b.n > 1 ? 0.3 + (0.4 * (i + 0.5)) / a.n : 0.5;
        const [x, y] = along(centre(a, i), centre(b, j), spread);
        const wide = widthOf(ctx, text, size, 500) + 16;
        ctx.fillStyle = palette.panel;
        ctx.strokeStyle = back ? palette.backward : phase === "update" ? palette.update : palette.line;
        ctx.lineWidth = 1;
        ctx.beginPath();
        ctx.roundRect(x - wide / 2, y - size * 0.92, wide, size * 1.84, size);
        ctx.fill();
        ctx.stroke();
        write(ctx, text, x, y, palette.ink, size, "center", 500);
      }
    }
  }

  /** Dots on their way along the edges, as large as what they carry. */
  private pulses(a: Units, b: Units, { values, most }: Drawn, t: number, palette: Palette): void {
    const { ctx } = this;
    const full = clamp(Math.min(a.size, b.size) * 0.34, 2.4, 7);
    for (const minus of [false, true]) {
      ctx.fillStyle = minus ? palette.negative : palette.positive;
      ctx.beginPath();
      for (let i = 0; i < a.n; i++) {
        for (let j = 0; j < b.n; j++) {
          const v = values[i * b.n + j];
          const size = Math.sqrt(Math.abs(v) / most);
          if (v < 0 !== minus || size < 0.16) continue;
          const [x, y] = along(centre(a, i), centre(b, j), t);
          ctx.moveTo(x + full * size, y);
          ctx.arc(x, y, full * size, 0, 7);
        }
      }
      ctx.fill();
    }
  }

  private mosaic(drawing: Drawing, p: Prepared, gap: Gap, k: number, t: number): void {
    const { layout, palette, phase, hover, selected, scene } = drawing;
    const { ctx } = this;
    const [a, b] = [layout.units[k], layout.units[k + 1]];
    paintFunnel(ctx, drawing, gap, k, phase === "forward" || phase === "backward" ? t : 0);
    const draw = (name: string, { values, most }: Drawn, alpha: number): void => {
      if (alpha <= 0.01) return;
      const key = `${k} ${name}`;
      let mosaic = this.mosaics.get(key);
      if (!mosaic) this.mosaics.set(key, (mosaic = new Mosaic()));
      ctx.globalAlpha = alpha;
      if (lostIn(values)) {
        ctx.fillStyle = hatching(ctx, palette);
        for (let j = 0; j < b.n; j++) fill(ctx, tileOf(gap, j));
      }
      mosaic.draw(ctx, gap, values, b.n, most, this.colors);
    };
    if (!drawing.beneath) {
      shown(drawing, p, k, t).forEach(([of, alpha], i) => draw(String(i), of, i === 0 ? 1 : alpha));
      // While the wave is in this gap, each weight shows what it adds to its neuron's sum.
      if (phase === "forward" && t > 0 && t < 1) draw("product", p.products[k](), Math.min(1, Math.sin(Math.PI * t) * 1.6));
    }
    ctx.globalAlpha = 1;
    ctx.strokeStyle = palette.line;
    ctx.lineWidth = 1;
    if (b.n <= 64) for (let j = 0; j < b.n; j++) outline(ctx, tileOf(gap, j));
    else ctx.strokeRect(gap.box.x - 0.5, gap.box.y - 0.5, gap.box.w, gap.box.h);
    const focus = hover?.kind === "weight" && hover.link === k ? hover.to : focusIn(hover, selected, k + 1);
    if (focus !== null && focus < b.n) {
      const tile = tileOf(gap, focus);
      ctx.strokeStyle = palette.ink;
      ctx.lineWidth = 1.5;
      outline(ctx, tile);
      if (hover?.kind === "weight" && hover.link === k) {
        const cell = cellOf(gap, hover.from, focus);
        outline(ctx, cell);
        const path = new Path2D();
        curve(path, centre(a, hover.from), [cell.x, cell.y + cell.h / 2]);
        ctx.stroke(path);
      }
    }
    const row = focusIn(hover, null, k);
    if (row !== null && a.kind === "grid" && scene.links[k].outputs <= 4096) {
      ctx.strokeStyle = palette.ink;
      ctx.lineWidth = 1;
      for (let j = 0; j < b.n; j++) outline(ctx, cellOf(gap, row, j));
    }
  }

  private units(drawing: Drawing, p: Prepared, units: Units, k: number, t: number): void {
    const { phase, palette, hover, selected } = drawing;
    const { ctx } = this;
    const signal = phase === "backward" && t >= 0.55 ? p.signal[k]() : null;
    const { values: held, most } = signal ?? p.value[k]();
    const picture = units.kind === "grid";
    const known = phase !== "forward" || t >= 0.85;
    const focus = focusIn(hover, selected, k);
    if (picture) this.grid(drawing, units, k, held, known ? most : Infinity);
    else this.neurons(drawing, units, k, held, known ? most : null, signal !== null);
    if (picture) {
      ctx.strokeStyle = palette.line;
      ctx.lineWidth = 1;
      outline(ctx, units.box);
      if (focus !== null && focus < units.n) {
        const [x, y] = centre(units, focus);
        ctx.strokeStyle = palette.ink;
        ctx.lineWidth = 1.5;
        ctx.strokeRect(x - units.size / 2, y - units.size / 2, units.size, units.size);
      }
    }
    if (k > 0) this.biases(drawing, units, k - 1);
  }

  /** Units as circles with a number; where it is known what they give at every place, as squares that show it, the number below. */
  private neurons({ palette, dark, responses, scene, hover, selected, text }: Drawing, units: Units, k: number, values: ColumnData, most: number | null, blamed: boolean): void {
    const { ctx } = this;
    const [panel, positive, negative] = [rgb(palette.panel), rgb(palette.positive), rgb(palette.negative)];
    const focus = focusIn(hover, selected, k);
    const response = responses?.columns[k] ?? null;
    const shown = response && most !== null && !blamed;
    const place = shown ? placeIn(responses!, scene.raw) : [];
    const colors = shown ? colorsOf(responses!, k, palette, dark) : [];
    const half = units.size * (response ? 0.92 : 1);
    for (let i = 0; i < units.n; i++) {
      const v = most === null ? 0 : values[i] / most;
      const [x, y] = centre(units, i);
      const shape = new Path2D();
      if (response) shape.roundRect(x - half, y - half, 2 * half, 2 * half, half * 0.2);
      else shape.arc(x, y, half, 0, 7);
      ctx.fillStyle = css(shown || isLost(v) ? panel : mix(panel, v < 0 ? negative : positive, clamp(Math.abs(v), 0, 1) * 0.62));
      ctx.fill(shape);
      if (isLost(v)) {
        ctx.fillStyle = hatching(ctx, palette);
        ctx.fill(shape);
      } else if (shown) {
        const box = { x: x - half, y: y - half, side: 2 * half };
        let faces = this.faces.get(k);
        if (!faces) this.faces.set(k, (faces = new Faces()));
        ctx.save();
        ctx.clip(shape);
        faces.draw(ctx, response, i, box, colors, palette);
        mark(ctx, response, i, place, box, clamp(half / 7, 1.6, 3.4), palette);
        ctx.restore();
      }
      ctx.lineWidth = focus === i ? 2.5 : blamed ? 2.2 : 1.2;
      ctx.strokeStyle = focus === i ? palette.ink : blamed ? palette.backward : css(rgb(palette.faint), most === null ? 0.45 : 0.85);
      ctx.stroke(shape);
      if (most === null) continue;
      if (response && half >= 12) writeBelow(ctx, values[i], x, y + half, units.box.h / units.n - 2 * half, palette, text);
      else if (!response && units.size >= 17) writeInside(ctx, values[i], x, y, units.size, palette.ink);
    }
  }

  /** The units of a large layer as the pixels of one picture. */
  private grid({ layout, palette, scene }: Drawing, units: Units, k: number, values: ColumnData, most: number): void {
    const { rows, cols, cells, n, box } = units;
    let canvas = this.grids.get(k);
    if (!canvas) this.grids.set(k, (canvas = document.createElement("canvas")));
    if (canvas.width !== cols || canvas.height !== rows) [canvas.width, canvas.height] = [cols, rows];
    const ctx = canvas.getContext("2d")!;
    const image = ctx.createImageData(cols, rows);
    const pixels = new Uint32Array(image.data.buffer);
    // An image is shown as it is, not as it was prepared.
    const raw = k === 0 && layout.isImage ? scene.raw : null;
    const [low, high] = (raw && extent(raw)) ?? [0, 1];
    for (let i = 0; i < n; i++) {
      pixels[cells ? cells[i] : i] = raw
        ? this.grays[clamp(Math.round(((raw[i] - low) / (high - low || 1)) * 255), 0, 255)]
        : isLost(values[i]) ? 0 : this.colors[shadeOf(values[i], most)];
    }
    ctx.putImageData(image, 0, 0);
    if (!raw && lostIn(values)) {
      this.ctx.fillStyle = hatching(this.ctx, palette);
      fill(this.ctx, box);
    }
    this.ctx.imageSmoothingEnabled = false;
    this.ctx.drawImage(canvas, box.x, box.y, box.w, box.h);
  }

  /** A small square at the foot of each circle: the bias. */
  private biases({ scene, palette, phase }: Drawing, units: Units, k: number): void {
    const bias = scene.links[k].bias;
    if (!bias || units.kind === "grid" || units.size < 7) return;
    const most = steadyReach(bias);
    const side = clamp(units.size * 0.36, 4, 8);
    for (let j = 0; j < units.n; j++) {
      const [x, y] = centre(units, j);
      const v = (phase === "update" && scene.links[k].biasAfter ? scene.links[k].biasAfter! : bias)[j];
      this.ctx.fillStyle = isLost(v) ? palette.panel : css(mix(rgb(palette.panel), rgb(v < 0 ? palette.negative : palette.positive), clamp(Math.abs(v) / most, 0.06, 1)));
      this.ctx.strokeStyle = palette.soft;
      this.ctx.lineWidth = 1;
      const at: [number, number] = [x - units.size * 0.71 - side / 2, y + units.size * 0.71 - side / 2];
      this.ctx.fillRect(...at, side, side);
      if (isLost(v)) {
        this.ctx.fillStyle = hatching(this.ctx, palette);
        this.ctx.fillRect(...at, side, side);
      }
      this.ctx.strokeRect(...at, side, side);
    }
  }

  private names({ layout, palette, inputNames, text }: Drawing): void {
    const inputs = layout.units[0];
    if (inputs.kind === "grid") return;
    const pitch = inputs.box.h / inputs.n;
    const room = inputs.box.x - 8;
    const size = clamp(pitch * 0.5, 9, text);
    for (let i = 0; i < inputs.n; i++) {
      const [x, y] = centre(inputs, i);
      const lines = linesOf(this.ctx, inputNames[i] ?? `x${i}`, Math.min(room, 170), size, pitch);
      lines.forEach(([line, letters], n) => this.text(line, x - inputs.size - 8, y + (n - (lines.length - 1) / 2) * size * 1.15, palette.soft, letters, "right"));
    }
  }

  private text(text: string, x: number, y: number, color: string, size: number, align: CanvasTextAlign = "center"): void {
    write(this.ctx, text, x, y, color, size, align);
  }
}

function curve(path: Path2D, from: readonly [number, number], to: readonly [number, number]): void {
  const bend = (to[0] - from[0]) * 0.42;
  path.moveTo(from[0], from[1]);
  path.bezierCurveTo(from[0] + bend, from[1], to[0] - bend, to[1], to[0], to[1]);
}

type Place = { x: number; y: number; w: number; h: number };
const outline = (ctx: CanvasRenderingContext2D, box: Place): void => ctx.strokeRect(box.x, box.y, box.w, box.h);
const fill = (ctx: CanvasRenderingContext2D, box: Place): void => ctx.fillRect(box.x, box.y, box.w, box.h);

/** The unit of a column that is pointed at, or else selected. */
function focusIn(hover: Hit | null, selected: Drawing["selected"], column: number): number | null {
  if (hover?.kind === "unit" && hover.column === column) return hover.unit;
  if (hover?.kind === "weight" && hover.link + 1 === column) return hover.to;
  return selected?.column === column ? selected.unit : null;
}
