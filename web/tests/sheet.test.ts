import { describe, expect, it } from "vitest";
import { sheetOf, toldOf } from "../src/views/weight/sheet";

const ratio = ({ rows, columns }: { rows: number; columns: number }): number => Math.max(rows / columns, columns / rows);

describe("a matrix of weights", () => {
  it("stands as it is where it has a shape that can be read", () => {
    const sheet = sheetOf(2, 8, [1, 3]);
    expect([sheet.rows, sheet.columns, sheet.bands]).toEqual([2, 8, 1]);
    expect(Array.from(sheet.cells)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(sheet.selected).toEqual([1, 3]);
    expect(toldOf(sheet, 2, 8)).toBe("All of them.");
  });

  it("is folded where it would be a hair, across and along", () => {
    const wide = sheetOf(11, 256, [3, 100]);
    expect([wide.rows, wide.columns, wide.bands, wide.folded]).toEqual([59, 52, 5, "columns"]);
    // Column 100 is the 49th of the second band; each band has 11 rows and a gap.
    expect(wide.selected).toEqual([12 + 3, 48]);
    expect(wide.cells[15 * 52 + 48]).toBe(3 * 256 + 100);
    expect(wide.cells[11 * 52]).toBe(-1);
    expect(toldOf(wide, 11, 256)).toBe("All of them, folded into 5 bands.");
    const tall = sheetOf(784, 3, [783, 2]);
    expect(tall.folded).toBe("rows");
    expect(tall.cells[tall.selected[0] * tall.columns + tall.selected[1]]).toBe(783 * 3 + 2);
  });

  it("has every weight once, in a usable shape", () => {
    for (const [rows, columns] of [[1, 256], [256, 1], [1, 2], [3, 5], [11, 256], [5, 64], [256, 10], [64, 64], [784, 10], [61, 128]] as const) {
      const sheet = sheetOf(rows, columns, [0, 0]);
      const found = Array.from(sheet.cells).filter((cell) => cell >= 0).sort((a, b) => a - b);
      expect(found, `${rows} x ${columns}`).toEqual(Array.from({ length: rows * columns }, (_, i) => i));
      if (rows * columns > 64) expect(ratio(sheet), `${rows} x ${columns}`).toBeLessThanOrEqual(2);
      expect(Math.max(sheet.rows, sheet.columns), `${rows} x ${columns}`).toBeLessThanOrEqual(128);
    }
  });

  it("is cut out around the chosen weight where it is too large to be hit", () => {
    for (const at of [[0, 0], [783, 511], [400, 7]] as const) {
      const sheet = sheetOf(784, 512, at);
      expect([sheet.rows, sheet.columns]).toEqual([64, 64]);
      expect(sheet.cells[sheet.selected[0] * 64 + sheet.selected[1]]).toBe(at[0] * 512 + at[1]);
    }
    expect(toldOf(sheetOf(784, 512, [0, 0]), 784, 512)).toBe("64 × 64 of the 784 × 512 weights, around this one.");
    // Of a long and thin one the part is as long as there is room.
    expect(sheetOf(8, 4096, [2, 4000]).shown).toEqual([8, 512]);
  });
});
