// Where each unit and each weight of a network is drawn. Small layers are columns of circles joined by edges; a large one is a grid of
// pixels, and the weights that look at it are a mosaic: one tile a neuron, laid out as the layer that the neuron looks at.
import { clamp } from "../../lib/scale";

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Units {
  readonly kind: "list" | "grid";
  readonly n: number;
  readonly box: Box;
  readonly rows: number;
  readonly cols: number;
  /** Radius of a circle, or side of a cell. */
  readonly size: number;
  /** Cell of each unit in the grid, where that is not its own number: pixels of an image that never change are no inputs. */
  readonly cells: readonly number[] | null;
}

export interface Gap {
  readonly kind: "edges" | "mosaic";
  readonly box: Box;
  /** Tiles below and beside one another, and the cells of each. */
  readonly rows: number;
  readonly cols: number;
  readonly tileRows: number;
  readonly tileCols: number;
  /** The picture of all tiles: pixels of a weight each way, from one tile to the next, and above each; and the size of such a pixel here. */
  readonly fine: number;
  readonly stepX: number;
  readonly stepY: number;
  readonly inset: number;
  readonly pixel: number;
  /** As of the units that the tiles look at. */
  readonly cells: readonly number[] | null;
}

export interface NetworkLayout {
  readonly width: number;
  readonly height: number;
  readonly units: readonly Units[];
  readonly gaps: readonly Gap[];
  /** Room for names left of the inputs and for what is right of the outputs. */
  readonly left: number;
  readonly right: Box;
  /** Whether the inputs are the pixels of an image. */
  readonly isImage: boolean;
}

export interface Shape {
  readonly sizes: readonly number[];
  readonly image: readonly [number, number] | null;
  /** Which pixel of the image each input is; its own number if left out. */
  readonly pixels?: readonly number[] | null;
  /** Letters of the longest name of an output. */
  readonly letters?: number;
  /** Letters of the longest name of an input. */
  readonly names?: number;
  /** Whether neurons are pictures, which need more room than numbers. */
  readonly pictures?: boolean;
}

const PAD = 14;

/** Rows and columns of `n` units as a grid. */
export function gridOf(n: number, image: readonly [number, number] | null = null): [number, number] {
  if (image) return [image[0], image[1]];
  const cols = Math.ceil(Math.sqrt(n));
  return [Math.ceil(n / cols), cols];
}

export function layoutNetwork(shape: Shape, width: number, height: number): NetworkLayout {
  const { sizes } = shape;
  const fits = shape.image !== null && (shape.pixels ? shape.pixels.length === sizes[0] : shape.image[0] * shape.image[1] === sizes[0]);
  const image = fits ? shape.image : null;
  const cells = fits ? (shape.pixels ?? null) : null;
  const narrow = width < 640;
  const inner = height - 2 * PAD;
  const most = Math.min(32, Math.floor(inner / 15));
  const isGrid = sizes.map((n, i) => (i === 0 && image !== null) || n > most);
  const left = isGrid[0] ? PAD : narrow ? clamp((shape.names ?? 0) * 5.2 + 12, 46, clamp(width * 0.17, 46, 70)) : clamp(Math.max(width * 0.1, (shape.names ?? 0) * 7.2 + 18), 60, clamp(width * 0.2, 130, 190));
  const right = narrow ? clamp((shape.letters ?? 9) * 8 + 26, 46, 104) : isGrid[0] ? clamp(width * 0.22, 150, 280) : clamp(width * 0.27, 190, 340);
  const room = width - left - right;

  // What each part would like to be, from the height alone.
  const pitch = sizes.map((n) => Math.min(inner / n, clamp(inner / 8, 104, 160)));
  const shapes = sizes.map((n, i) => (isGrid[i] ? gridOf(n, i === 0 ? image : null) : ([n, 1] as [number, number])));
  const widest = narrow ? 18 : shape.pictures ? clamp(inner / 22, 27, 64) : clamp(inner / 30, 27, 42);
  // Where there is no room for a number below it, a picture takes that too.
  const radius = pitch.map((p) => clamp(p * (!shape.pictures ? 0.33 : p < 40 ? 0.48 : 0.38), 4, widest));
  const natural: number[] = [];
  sizes.forEach((_, i) => {
    if (i > 0) natural.push(isGrid[i - 1] ? mosaicWidth(i) : 0);
    const [rows, cols] = shapes[i];
    natural.push(isGrid[i] ? Math.min(inner * (i === 0 ? (isGrid[1] ? 0.42 : 0.6) : 0.34), 320) * Math.min(1, cols / rows) : 2 * radius[i]);
  });
  function mosaicWidth(i: number): number {
    const [rows, cols] = shapes[i - 1];
    const ratio = cols / rows;
    return isGrid[i] ? Math.min(inner * 0.96, 900) * Math.min(1.4, ratio * (shapes[i][1] / shapes[i][0])) : Math.min(pitch[i] * 0.9, 84) * Math.min(1, ratio);
  }

  // Edges need room to be told apart; mosaics only a little air at both sides.
  const flexible: number[] = natural.map((w, k) => (k % 2 === 1 ? (w === 0 ? 1 : 0.34) : 0));
  const parts = flexible.reduce((a, b) => a + b, 0) || 1;
  const stiff = natural.reduce((a, b) => a + b, 0);
  const least = parts * (narrow ? 46 : 76);
  const shrink = Math.min(1, Math.max(0.2, (room - least) / Math.max(stiff, 1)));
  const unit = clamp((room - stiff * shrink) / parts, 20, Math.max(330, width * 0.28));
  const used = stiff * shrink + unit * parts;

  const units: Units[] = [];
  const gaps: Gap[] = [];
  let x = left + Math.max(0, (room - used) / 2);
  sizes.forEach((n, i) => {
    if (i > 0) {
      const own = natural[2 * i - 1] * shrink;
      const air = unit * flexible[2 * i - 1];
      if (own === 0) gaps.push(edgesGap({ x, y: PAD, w: air, h: inner }));
      else gaps.push(mosaicGap(i, x + air / 2, own));
      x += own + air;
    }
    const w = natural[2 * i] * shrink;
    if (isGrid[i]) {
      const [rows, cols] = shapes[i];
      const cell = w / cols;
      units.push({ kind: "grid", n, rows, cols, size: cell, cells: i === 0 ? cells : null, box: { x, y: (height - cell * rows) / 2, w, h: cell * rows } });
    } else {
      const size = w / 2;
      const h = pitch[i] * n;
      units.push({ kind: "list", n, rows: n, cols: 1, size, cells: null, box: { x, y: (height - h) / 2, w, h } });
    }
    x += w;
  });

  function mosaicGap(i: number, at: number, w: number): Gap {
    const [tileRows, tileCols] = shapes[i - 1];
    const [rows, cols] = shapes[i];
    // One pixel lies between two tiles; where a tile has few weights, each of them is several pixels wide.
    const fine = Math.max(1, Math.round(8 / tileCols));
    const [wide, high] = [tileCols * fine, tileRows * fine];
    const stepX = wide + 1;
    const stepY = isGrid[i] ? high + 1 : Math.max(high + 1, Math.ceil((pitch[i] * wide) / w));
    const pixel = isGrid[i] ? even(w / (cols * stepX - 1)) : pitch[i] / stepY;
    const gap = { kind: "mosaic" as const, rows, cols, tileRows, tileCols, fine, stepX, stepY, pixel, cells: i === 1 ? cells : null };
    const inset = isGrid[i] ? 0 : Math.floor((stepY - high) / 2);
    const [across, down] = isGrid[i] ? [cols * stepX - 1, rows * stepY - 1] : [wide, rows * stepY];
    const box = { x: at + (w - across * pixel) / 2, y: (height - down * pixel) / 2, w: across * pixel, h: down * pixel };
    return { ...gap, inset, box };
  }

  const end = units.at(-1)!.box;
  return { width, height, units, gaps, left, right: { x: end.x + end.w, y: PAD, w: width - end.x - end.w - 4, h: inner }, isImage: fits };
}

const edgesGap = (box: Box): Gap => ({ kind: "edges", box, rows: 0, cols: 0, tileRows: 0, tileCols: 0, fine: 1, stepX: 0, stepY: 0, inset: 0, pixel: 1, cells: null });

/** The size of a pixel that screens show evenly: a whole number of halves where that costs little room. */
const even = (pixel: number): number => (Math.floor(2 * pixel) / 2 >= 0.84 * pixel ? Math.floor(2 * pixel) / 2 : pixel);

/** Pixels of the picture of all tiles, across and down. */
export const pictureOf = (gap: Gap): [number, number] => [Math.round(gap.box.w / gap.pixel), Math.round(gap.box.h / gap.pixel)];

/** The middle of a unit. */
export function centre(units: Units, i: number): [number, number] {
  const { box, cols, size } = units;
  if (units.kind === "list") return [box.x + box.w / 2, box.y + (i + 0.5) * (box.h / units.n)];
  const cell = units.cells ? units.cells[i] : i;
  return [box.x + ((cell % cols) + 0.5) * size, box.y + (Math.floor(cell / cols) + 0.5) * size];
}

/** The unit in a cell, or null where the cell holds none. */
function unitIn(cells: readonly number[] | null, cell: number, n: number): number | null {
  const unit = cells ? cells.indexOf(cell) : cell;
  return unit >= 0 && unit < n ? unit : null;
}

/** The part of a neuron's tile that is the weight from unit `i`. */
export function cellOf(gap: Gap, i: number, j: number): Box {
  const tile = tileOf(gap, j);
  const cell = gap.cells ? gap.cells[i] : i;
  const [w, h] = [tile.w / gap.tileCols, tile.h / gap.tileRows];
  return { x: tile.x + (cell % gap.tileCols) * w, y: tile.y + Math.floor(cell / gap.tileCols) * h, w, h };
}

/** The tile of a neuron in a mosaic. */
export function tileOf(gap: Gap, j: number): Box {
  const { box, cols, fine, inset, pixel, stepX, stepY, tileCols, tileRows } = gap;
  const y = box.y + (Math.floor(j / cols) * stepY + inset) * pixel;
  return { x: box.x + (j % cols) * stepX * pixel, y, w: tileCols * fine * pixel, h: tileRows * fine * pixel };
}

export type Hit =
  | { readonly kind: "unit"; readonly column: number; readonly unit: number }
  | { readonly kind: "weight"; readonly link: number; readonly from: number; readonly to: number; readonly exact: boolean };

/** A point of an edge's curve, t from 0 to 1. */
export function along(from: readonly [number, number], to: readonly [number, number], t: number): [number, number] {
  const bend = (to[0] - from[0]) * 0.42;
  const u = 1 - t;
  const x = u * u * u * from[0] + 3 * u * u * t * (from[0] + bend) + 3 * u * t * t * (to[0] - bend) + t * t * t * to[0];
  const y = (u * u * u + 3 * u * u * t) * from[1] + (3 * u * t * t + t * t * t) * to[1];
  return [x, y];
}

/** What lies under a point: a unit first, then the nearest weight. */
export function hit(layout: NetworkLayout, px: number, py: number): Hit | null {
  for (let column = 0; column < layout.units.length; column++) {
    const { box, kind, n, rows, cols, size, cells } = layout.units[column];
    if (kind === "grid") {
      const c = Math.floor((px - box.x) / size);
      const r = Math.floor((py - box.y) / size);
      const unit = c >= 0 && c < cols && r >= 0 && r < rows ? unitIn(cells, r * cols + c, n) : null;
      if (unit !== null) return { kind: "unit", column, unit };
      continue;
    }
    const unit = Math.floor((py - box.y) / (box.h / n));
    if (unit < 0 || unit >= n) continue;
    const [cx, cy] = centre(layout.units[column], unit);
    if (Math.hypot(px - cx, py - cy) <= Math.max(size + 3, 9)) return { kind: "unit", column, unit };
  }
  for (let link = 0; link < layout.gaps.length; link++) {
    const gap = layout.gaps[link];
    const { x, w } = gap.box;
    if (px < x - 4 || px > x + w + 4) continue;
    if (gap.kind === "edges") return nearestEdge(layout, link, px, py);
    const to = layout.units[link + 1].n;
    const row = Math.floor((py - gap.box.y) / (gap.stepY * gap.pixel));
    const col = Math.floor((px - x) / (gap.stepX * gap.pixel));
    const j = row * gap.cols + col;
    if (row < 0 || col < 0 || row >= gap.rows || col >= gap.cols || j >= to) continue;
    const tile = tileOf(gap, j);
    const r = Math.floor(((py - tile.y) / tile.h) * gap.tileRows);
    const c = Math.floor(((px - tile.x) / tile.w) * gap.tileCols);
    if (r < 0 || c < 0 || r >= gap.tileRows || c >= gap.tileCols) continue;
    const from = unitIn(gap.cells, r * gap.tileCols + c, layout.units[link].n);
    if (from === null) continue;
    return { kind: "weight", link, from, to: j, exact: tile.w / gap.tileCols >= 5 };
  }
  return null;
}

function nearestEdge(layout: NetworkLayout, link: number, px: number, py: number): Hit | null {
  const [a, b] = [layout.units[link], layout.units[link + 1]];
  let best: Hit | null = null;
  let least = 7;
  for (let i = 0; i < a.n; i++) {
    const from = centre(a, i);
    for (let j = 0; j < b.n; j++) {
      const to = centre(b, j);
      // The curve's x runs monotonically: halving finds the t at this x.
      let [low, high] = [0, 1];
      for (let k = 0; k < 12; k++) {
        const t = (low + high) / 2;
        if (along(from, to, t)[0] < px) low = t;
        else high = t;
      }
      const [p, q] = [along(from, to, low), along(from, to, Math.min(1, low + 0.02))];
      const slope = Math.hypot(q[0] - p[0], q[1] - p[1]) || 1;
      const distance = Math.abs(py - p[1]) * (Math.abs(q[0] - p[0]) / slope);
      if (distance < least) [least, best] = [distance, { kind: "weight", link, from: i, to: j, exact: true }];
    }
  }
  return best;
}
