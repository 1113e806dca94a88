// Numbers that are none any more: NaN and infinity, as a run that diverged leaves them. No colour and no width is true of them.
import type { Palette } from "../../lib/theme";
import type { Scene } from "./scene";

export const isLost = (value: number): boolean => !Number.isFinite(value);

export function lostIn(values: ArrayLike<number>): boolean {
  if (values instanceof Uint8Array) return false;
  for (let i = 0; i < values.length; i++) if (isLost(values[i])) return true;
  return false;
}

/** How many weights and biases are NaN or infinite: before the step, or after it. */
export function lostWeights(scene: Scene, after: boolean): number {
  let lost = 0;
  for (const link of scene.links)
    for (const values of after ? [link.after, link.biasAfter] : [link.weight, link.bias])
      for (let i = 0; values && i < values.length; i++) if (isLost(values[i])) lost++;
  return lost;
}

const SIDE = 6;
const made = new Map<string, HTMLCanvasElement>();

/** Slanted lines, as the hatching of tables of weights has them. */
export function hatching(ctx: CanvasRenderingContext2D, { faint }: Palette): CanvasPattern {
  let tile = made.get(faint);
  if (!tile) {
    made.set(faint, (tile = document.createElement("canvas")));
    tile.width = tile.height = SIDE;
    const lines = tile.getContext("2d")!;
    lines.strokeStyle = faint;
    lines.lineWidth = 1.4;
    lines.beginPath();
    for (const shift of [-SIDE, 0, SIDE]) {
      lines.moveTo(shift - 1, SIDE + 1);
      lines.lineTo(shift + SIDE + 1, -1);
    }
    lines.stroke();
  }
  return ctx.createPattern(tile, "repeat")!;
}
