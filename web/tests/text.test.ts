import { describe, expect, it } from "vitest";
import { linesOf, spread, squeezed, widthOf, wrapped } from "../src/views/cycle/text";

const sizeOf = (font: string): number => Number(/([\d.]+)px/.exec(font)![1]);
let measured: string[] = [];
/** Letters as wide as half their size. */
const ctx = {
  font: "",
  measureText: (text: string) => (measured.push(`${ctx.font.split("px")[0]} ${text}`), { width: (text.length * sizeOf(ctx.font)) / 2 }),
} as unknown as CanvasRenderingContext2D;

describe("names on a canvas", () => {
  it("are measured once in each size and weight", () => {
    measured = [];
    const widths = [widthOf(ctx, "ab", 10), widthOf(ctx, "ab", 10), widthOf(ctx, "abc", 10), widthOf(ctx, "ab", 20)];
    expect([...widths, widthOf(ctx, "ab", 10, 700), widthOf(ctx, "ab", 10, 700)]).toEqual([10, 10, 15, 20, 10, 10]);
    expect(measured).toEqual(["400 10 ab", "400 10 abc", "400 20 ab", "700 10 ab"]);
  });

  it("get smaller before they lose anything", () => {
    expect(squeezed(ctx, "rooms", 40, 12, 9)).toEqual(["rooms", 12]);
    expect(squeezed(ctx, "rooms", 25, 12, 9)).toEqual(["rooms", 10]);
  });

  it("keep their ends, by which they are told apart", () => {
    const [mitte, spandau] = ["district=Mitte", "district=Spandau"].map((name) => squeezed(ctx, name, 45, 12, 9)[0]);
    expect([mitte, spandau]).toEqual(["dis…=Mitte", "dis…pandau"]);
  });

  it("are wrapped between words, and the last line keeps its end", () => {
    expect(wrapped(ctx, "a parcel that never arrived", 60, 10, 3)).toEqual(["a parcel", "that never", "arrived"]);
    expect(wrapped(ctx, "a parcel that never arrived", 60, 10, 2)[1]).toMatch(/^tha…\s?arrived$/);
  });

  it("are written smaller before a word is lost", () => {
    expect(spread(ctx, "praise", 60, 12, 8, 40)).toEqual([["praise"], 12]);
    const [lines, size] = spread(ctx, "a parcel that never arrived", 60, 12, 8, 40);
    expect(lines.join(" ")).toBe("a parcel that never arrived");
    expect(size).toBeLessThan(12);
  });

  it("stand on two lines where they can be read whole only so", () => {
    expect(linesOf(ctx, "district=Mitte", 60, 12, 40)).toEqual([["district=", 12], ["Mitte", 12]]);
    expect(linesOf(ctx, "built is missing", 70, 12, 40)).toEqual([["built", 12], ["is missing", 12]]);
    expect(linesOf(ctx, "district=Mitte", 60, 12, 20)).toHaveLength(1);
    expect(linesOf(ctx, "district=Mitte", 90, 12, 40)).toEqual([["district=Mitte", 12]]);
  });
});
