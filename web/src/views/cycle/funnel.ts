// The bands between the units of a layer and the tiles of their weights.
import { clamp } from "../../lib/scale";
import { css, rgb } from "../../lib/theme";
import { centre, tileOf, type Gap } from "./layout";
import type { Drawing } from "./painter";

/** The faint band that says: all of this goes into all of that. Light runs along it with the wave. */
export function paintFunnel(ctx: CanvasRenderingContext2D, { layout, palette, phase }: Drawing, gap: Gap, k: number, t: number): void {
  const [a, b] = [layout.units[k].box, layout.units[k + 1]];
  const g = gap.box;
  const band = (from: { x: number; top: number; bottom: number }, to: { x: number; top: number; bottom: number }, part: number): void => {
    const fill = ctx.createLinearGradient(from.x, 0, to.x, 0);
    const tone = phase === "backward" ? palette.backward : palette.forward;
    const quiet = css(rgb(palette.faint), 0.1);
    if (part > 0 && part < 1) {
      const at = phase === "backward" ? 1 - part : part;
      fill.addColorStop(0, quiet);
      fill.addColorStop(clamp(at - 0.25, 0, 1), quiet);
      fill.addColorStop(at, css(rgb(tone), 0.5));
      fill.addColorStop(clamp(at + 0.25, 0, 1), quiet);
      fill.addColorStop(1, quiet);
    }
    ctx.fillStyle = part > 0 && part < 1 ? fill : quiet;
    const mid = (from.x + to.x) / 2;
    ctx.beginPath();
    ctx.moveTo(from.x, from.top);
    ctx.bezierCurveTo(mid, from.top, mid, to.top, to.x, to.top);
    ctx.lineTo(to.x, to.bottom);
    ctx.bezierCurveTo(mid, to.bottom, mid, from.bottom, from.x, from.bottom);
    ctx.fill();
  };
  const edge = { x: a.x + a.w + 3, top: a.y, bottom: a.y + a.h };
  const [first, second] = phase === "backward" ? [clamp(t * 2 - 1, 0, 1), clamp(t * 2, 0, 1)] : [clamp(t * 2, 0, 1), clamp(t * 2 - 1, 0, 1)];
  band(edge, { x: g.x - 3, top: g.y, bottom: g.y + g.h }, first);
  if (b.kind === "grid") band({ x: g.x + g.w + 3, top: g.y, bottom: g.y + g.h }, { x: b.box.x - 3, top: b.box.y, bottom: b.box.y + b.box.h }, second);
  else {
    ctx.strokeStyle = css(rgb(palette.faint), 0.5);
    ctx.lineWidth = 1;
    for (let j = 0; j < b.n; j++) {
      const tile = tileOf(gap, j);
      const [cx, cy] = centre(b, j);
      ctx.beginPath();
      ctx.moveTo(tile.x + tile.w + 2, cy);
      ctx.lineTo(cx - b.size - 2, cy);
      ctx.stroke();
    }
  }
}
