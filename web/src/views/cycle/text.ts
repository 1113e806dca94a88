// Words and numbers on a canvas.
import { compact } from "../../lib/format";

const FACE = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

/** Measuring takes longer than drawing, and a picture that is painted again has the same words: each is measured once. */
const widths = new Map<string, number>();
const MOST = 4096;

export function widthOf(ctx: CanvasRenderingContext2D, text: string, size: number, weight = 400): number {
  const key = `${weight} ${size} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  ctx.font = `${weight} ${size}px ${FACE}`;
  const { width } = ctx.measureText(text);
  if (widths.size >= MOST) widths.clear();
  widths.set(key, width);
  return width;
}

export function write(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, color: string, size: number, align: CanvasTextAlign = "left", weight = 400): void {
  ctx.font = `${weight} ${size}px ${FACE}`;
  ctx.textAlign = align;
  ctx.textBaseline = "middle";
  ctx.fillStyle = color;
  ctx.fillText(text, x, y + size * 0.05);
}

/** `text`, cut to `width` with an ellipsis. */
export function fitted(ctx: CanvasRenderingContext2D, text: string, width: number, size: number): string {
  if (widthOf(ctx, text, size) <= width) return text;
  let n = text.length - 1;
  while (n > 1 && widthOf(ctx, text.slice(0, n) + "…", size) > width) n--;
  return text.slice(0, n) + "…";
}

/** `text` in smaller letters, down to `least`, and then without its middle: the ends of names tell them apart. Its size comes with it. */
export function squeezed(ctx: CanvasRenderingContext2D, text: string, width: number, size: number, least: number): [string, number] {
  const wide = widthOf(ctx, text, size);
  if (wide <= width) return [text, size];
  const small = Math.max(Math.min(least, size), (size * width) / wide);
  if (small > least) return [text, small];
  if (widthOf(ctx, text, small) <= width) return [text, small];
  const cut = (kept: number): string => `${text.slice(0, Math.floor(kept / 3))}…${text.slice(text.length - Math.ceil((2 * kept) / 3))}`;
  let kept = text.length - 1;
  while (kept > 2 && widthOf(ctx, cut(kept), small) > width) kept--;
  return [cut(kept), small];
}

/** A name on one line, or on two where only then it can be read whole: each with its size. Two need `pitch` pixels between names. */
export function linesOf(ctx: CanvasRenderingContext2D, name: string, width: number, size: number, pitch: number): [string, number][] {
  const one = squeezed(ctx, name, width, size, 9);
  const parts = /^(.+?(?:=|_|(?= )))\s*(.+)$/.exec(name);
  if ((one[0] === name && one[1] > 0.8 * size) || !parts || pitch < size * 2.6) return [one];
  return [squeezed(ctx, parts[1], width, size, 9), squeezed(ctx, parts[2], width, size, 9)];
}

/** `text` in at most `most` lines of words, each no wider than `width`; the last one without its middle where it is too long. */
export function wrapped(ctx: CanvasRenderingContext2D, text: string, width: number, size: number, most: number): string[] {
  const fits = (line: string): boolean => widthOf(ctx, line, size) <= width;
  const lines: string[] = [];
  let rest = text.split(" ");
  while (rest.length && lines.length < most - 1) {
    let n = 1;
    while (n < rest.length && fits(rest.slice(0, n + 1).join(" "))) n++;
    lines.push(rest.slice(0, n).join(" "));
    rest = rest.slice(n);
  }
  if (rest.length) lines.push(rest.join(" "));
  return lines.map((line) => (fits(line) ? line : squeezed(ctx, line, width, size, size)[0]));
}

/** The same in the largest letters from `size` down to `least` in which no word is lost, and their size. */
export function spread(ctx: CanvasRenderingContext2D, text: string, width: number, size: number, least: number, high: number): [string[], number] {
  for (let letters = size; ; letters = Math.max(least, letters - 1)) {
    const lines = wrapped(ctx, text, width, letters, Math.min(5, Math.max(1, Math.floor(high / (letters * 1.2)))));
    if (letters <= least || !lines.some((line) => line.includes("…"))) return [lines, letters];
  }
}

/** Writes a number into a circle of this radius: as large as it fits, without its leading zero where that helps. */
export function writeInside(ctx: CanvasRenderingContext2D, x: number, cx: number, cy: number, radius: number, color: string): void {
  const text = compact(x);
  const size = Math.min(19, radius * 0.56);
  const shorter = widthOf(ctx, text, size) <= radius * 1.75 ? text : text.replace(/^(−?)0\./, "$1.");
  const wide = widthOf(ctx, shorter, size);
  write(ctx, shorter, cx, cy, color, Math.max(Math.min(size, (size * radius * 1.8) / wide), 6), "center");
}

/** Writes a number below something that ends at `top`, where `room` pixels are left before the next, on a ground that parts it from lines. */
export function writeBelow(ctx: CanvasRenderingContext2D, x: number, cx: number, top: number, room: number, { soft, paper }: { soft: string; paper: string }, most: number): void {
  const size = Math.min(most - 1, room * 0.72);
  if (size < 8) return;
  const text = compact(x);
  const [width, y] = [widthOf(ctx, text, size), top + Math.min(room / 2, size)];
  ctx.globalAlpha = 0.8;
  ctx.fillStyle = paper;
  ctx.fillRect(cx - width / 2 - 2, y - size * 0.5, width + 4, size);
  ctx.globalAlpha = 1;
  write(ctx, text, cx, y, soft, size, "center");
}
