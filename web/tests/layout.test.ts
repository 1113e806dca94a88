import { describe, expect, it } from "vitest";
import { shadeOf } from "../src/lib/theme";
import { along, cellOf, centre, gridOf, hit, layoutNetwork, pictureOf, tileOf } from "../src/views/cycle/layout";
import { pixelOf } from "../src/views/cycle/mosaic";

const SHAPES = [
  { sizes: [1, 1], image: null },
  { sizes: [2, 8, 5, 2], image: null },
  { sizes: [64, 16, 10], image: [8, 8] as const },
  { sizes: [64, 256, 10], image: [8, 8] as const },
  { sizes: [784, 64, 10], image: [28, 28] as const },
  { sizes: [12, 100, 100, 3], image: null },
  { sizes: [61, 16, 10], image: [8, 8] as const, pixels: Array.from({ length: 61 }, (_, i) => i + 1) },
];
const PLACES = [
  [330, 400],
  [880, 460],
  [1700, 1100],
] as const;

describe("the drawing of a network", () => {
  it("keeps every unit and every tile inside its place, columns from left to right", () => {
    for (const shape of SHAPES) {
      for (const [width, height] of PLACES) {
        const layout = layoutNetwork(shape, width, height);
        let last = 0;
        layout.units.forEach((units, k) => {
          expect(units.n).toBe(shape.sizes[k]);
          for (let i = 0; i < units.n; i++) {
            const [x, y] = centre(units, i);
            expect(x).toBeGreaterThan(last);
            expect(x).toBeLessThan(width);
            expect(y).toBeGreaterThan(0);
            expect(y).toBeLessThan(height);
          }
          last = units.box.x + units.box.w;
        });
        layout.gaps.forEach((gap, k) => {
          if (gap.kind === "edges") return;
          for (let j = 0; j < shape.sizes[k + 1]; j++) {
            const tile = tileOf(gap, j);
            expect(tile.y).toBeGreaterThanOrEqual(0);
            expect(tile.y + tile.h).toBeLessThanOrEqual(height + 0.01);
            expect(tile.x + tile.w).toBeLessThanOrEqual(layout.units[k + 1].box.x + 0.01);
            expect(tile.x).toBeGreaterThanOrEqual(layout.units[k].box.x + layout.units[k].box.w - 0.01);
          }
        });
      }
    }
  });

  it("draws small layers edge by edge and large ones as tiles", () => {
    const kinds = (shape: (typeof SHAPES)[number]): string[] => layoutNetwork(shape, 880, 460).gaps.map((gap) => gap.kind);
    expect(kinds(SHAPES[1])).toEqual(["edges", "edges", "edges"]);
    expect(kinds(SHAPES[2])).toEqual(["mosaic", "edges"]);
    expect(kinds(SHAPES[3])).toEqual(["mosaic", "mosaic"]);
    expect(gridOf(256)).toEqual([16, 16]);
    expect(gridOf(10)).toEqual([3, 4]);
  });

  it("finds what lies under the pointer: each unit at its middle, each weight of a tile in its cell", () => {
    for (const shape of SHAPES) {
      const layout = layoutNetwork(shape, 1700, 1100);
      layout.units.forEach((units, column) => {
        for (const unit of [0, units.n >> 1, units.n - 1]) expect(hit(layout, ...centre(units, unit))).toEqual({ kind: "unit", column, unit });
      });
      layout.gaps.forEach((gap, link) => {
        if (gap.kind === "edges") return;
        const [from, to] = [shape.sizes[link] >> 1, shape.sizes[link + 1] - 1];
        const cell = cellOf(gap, from, to);
        expect(hit(layout, cell.x + cell.w / 2, cell.y + cell.h / 2)).toMatchObject({ kind: "weight", link, from, to });
      });
    }
  });

  it("finds the edge that runs under the pointer, and nothing where there is none", () => {
    const layout = layoutNetwork(SHAPES[1], 880, 460);
    const [a, b] = [layout.units[1], layout.units[2]];
    expect(hit(layout, ...along(centre(a, 0), centre(b, 0), 0.4))).toMatchObject({ kind: "weight", link: 1, from: 0, to: 0 });
    expect(hit(layout, ...along(centre(a, 7), centre(b, 4), 0.7))).toMatchObject({ kind: "weight", link: 1, from: 7, to: 4 });
    expect(hit(layout, 2, 2)).toBeNull();
  });

  it("puts the pixels of an image where they belong, also where some of them are no inputs", () => {
    const layout = layoutNetwork(SHAPES[6], 880, 460);
    expect(layout.units[0].rows).toBe(8);
    expect(pixelOf(layout.gaps[0], 0, 0)).toEqual([1, 0]);
    expect(pixelOf(layout.gaps[0], 7, 0)).toEqual([0, 1]);
    expect(pixelOf(layout.gaps[0], 0, 1)).toEqual([1, 9]);
    const [x] = centre(layout.units[0], 0);
    expect(x).toBeCloseTo(layout.units[0].box.x + 1.5 * layout.units[0].size, 9);
  });

  it("places the pixels of a picture of weights exactly where its cells are", () => {
    for (const shape of [...SHAPES, { sizes: [2, 40, 3], image: null }]) {
      const layout = layoutNetwork(shape, 1700, 1100);
      layout.gaps.forEach((gap, link) => {
        if (gap.kind === "edges") return;
        const [across, down] = pictureOf(gap);
        for (const [i, j] of [[0, 0], [shape.sizes[link] - 1, shape.sizes[link + 1] - 1]]) {
          const cell = cellOf(gap, i, j);
          const [x, y] = pixelOf(gap, i, j);
          expect(gap.box.x + x * gap.pixel).toBeCloseTo(cell.x, 6);
          expect(gap.box.y + y * gap.pixel).toBeCloseTo(cell.y, 6);
          expect(gap.fine * gap.pixel).toBeCloseTo(cell.w, 6);
          expect([x + gap.fine <= across, y + gap.fine <= down]).toEqual([true, true]);
        }
      });
    }
  });

  it("gives a weight the shade that the server gives it", () => {
    expect([-2, -1, 0, 1, 2].map((w) => shadeOf(w, 2))).toEqual([0, 64, 128, 191, 255]);
    expect([shadeOf(0.9, 1), shadeOf(-0.45, 1), shadeOf(7, 0), shadeOf(Number.NaN, 1)]).toEqual([242, 70, 255, 0]);
  });
});
