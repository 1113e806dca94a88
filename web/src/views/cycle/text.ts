// Words and numbers on a canvas.
import { compact } from "../../lib/format";

export function write(ctx: CanvasRenderingContext2D, text: string, x: number, y: number, color: string, size: number, align: CanvasTextAlign = "left", weight = 400): void {
  ctx.font = `${weight} ${size}px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif`;
  ctx.textAlign = align;
  ctx.textBaseline = "middle";
  ctx.fillStyle = color;
  ctx.fillText(text, x, y + size * 0.05);
}

/** `text`, cut to `width` with an ellipsis. */
export function fitted(ctx: CanvasRenderingContext2D, text: string, width: number, size: number): string {
  ctx.font = `${size}px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif`;
  if (ctx.measureText(text).width <= width) return text;
  let n = text.length - 1;
  while (n > 1 && ctx.measureText(text.slice(0, n) + "…").width > width) n--;
  return text.slice(0, n) + "…";
}

/** Writes a number into a circle of this radius: as large as it fits, without its leading zero where that helps. */
export function writeInside(ctx: CanvasRenderingContext2D, x: number, cx: number, cy: number, radius: number, color: string): void {
  const text = compact(x);
  const size = Math.min(19, radius * 0.56);
  ctx.font = `${size}px system-ui, sans-serif`;
  const fits = ctx.measureText(text).width <= radius * 1.75;
  write(ctx, fits ? text : text.replace(/^(−?)0\./, "$1."), cx, cy, color, fits ? size : size * 0.94, "center");
}
